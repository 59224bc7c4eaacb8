import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { encodeRelay } from '@pigeon/signaling-protocol'
import { expect, test, vi } from 'vitest'
import { get } from '../test/get.ts'
import { Peer } from '../test/peer.ts'
import { Program } from '../test/program.ts'

const LIMIT = 256

test('S4 when no descriptor is left peers go on, and others come in within a second of room', async () => {
  const many = ['--max-connections', '5000', '--max-connections-per-address', '5000']
  const args = ['--port', '0', '--auth', 'open', '--is-hub', 'off', '--connect-burst', '5000']
  const program = new Program([...args, ...many], {}, LIMIT)
  const port = await program.port()
  const [alice, bob] = [
    await Peer.join(port, 'a'.repeat(40)),
    await Peer.join(port, 'b'.repeat(40)),
  ]
  const sockets: Socket[] = []
  for (let count = 0; count < 2 * LIMIT; count++) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    await once(socket, 'connect')
    sockets.push(socket)
  }
  // A request that gets no answer shows that there is no room.
  await expect(get(port, '/livez')).rejects.toThrow()
  for (let count = 1; count <= 5; count++) {
    alice.socket.send(encodeRelay(bob.id, new Uint8Array(3)))
    await vi.waitFor(() => expect(bob.relayed).toBe(count), 1000)
  }
  const closedAt = performance.now()
  for (const socket of sockets) socket.destroy()
  await vi.waitFor(async () => expect((await get(port, '/livez')).status).toBe(200), {
    timeout: 1000,
    interval: 20,
  })
  expect(performance.now() - closedAt).toBeLessThan(1000)
  const carol = await Peer.join(port, 'c'.repeat(40))
  carol.socket.send(encodeRelay(alice.id, new Uint8Array(3)))
  await vi.waitFor(() => expect(alice.relayed).toBe(1), 1000)
  expect(program.child.exitCode).toBeNull()
})
