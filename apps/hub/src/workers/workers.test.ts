import { encodeRelay } from '@pigeon/signaling-protocol'
import { expect, test, vi } from 'vitest'
import { get } from '../../test/get.ts'
import { Peer } from '../../test/peer.ts'
import { Program } from '../../test/program.ts'
import { BusRelay } from './bus-relay.ts'
import { MAX_WAITING_BYTES, type WorkerMessage } from './messages.ts'
import type { Channel } from './waiting-bytes.ts'
import { WorkerBus } from './worker-bus.ts'

const OPEN = ['--port', '0', '--auth', 'open']

interface Listed {
  readonly hubs: readonly { readonly peerId: string; readonly connected: boolean }[]
}

/** How many other hubs the workers know, by id, from several requests: each goes to the next worker. */
async function others(port: number): Promise<{ ids: Set<string>; least: number }> {
  const ids = new Set<string>()
  let least = Number.POSITIVE_INFINITY
  for (let request = 0; request < 6; request++) {
    // One that a worker took just before it died is never answered.
    const { hubs } = JSON.parse((await get(port, '/hubs')).text) as Listed
    const connected = hubs.filter((hub) => hub.connected)
    for (const { peerId } of connected) ids.add(peerId)
    least = Math.min(least, connected.length)
  }
  return { ids, least }
}

async function linked(port: number, count: number, before?: Set<string>): Promise<Set<string>> {
  let ids = new Set<string>()
  await vi.waitFor(
    async () => {
      const found = await others(port)
      expect(found.least).toBe(count - 1)
      expect(found.ids.size).toBe(count)
      expect(found.ids).not.toEqual(before)
      ids = found.ids
    },
    { timeout: 15_000, interval: 100 },
  )
  return ids
}

test('B7 workers are hubs behind one port whose peers reach each other', async () => {
  const program = new Program([...OPEN, '--workers', '3'])
  const port = await program.port()
  expect(program.stdout).toContain('  workers 3\n')
  await linked(port, 3)
  const ids = Array.from({ length: 6 }, (_, index) => `${index + 1}`.repeat(40))
  const peers = await Promise.all(ids.map((id) => Peer.join(port, id)))
  for (const from of peers) {
    for (const to of peers) {
      if (to !== from) from.socket.send(encodeRelay(to.id, new Uint8Array(3)))
    }
  }
  await vi.waitFor(() => expect(peers.map(({ relayed }) => relayed)).toEqual(ids.map(() => 5)), {
    timeout: 10_000,
  })
  program.child.kill('SIGTERM')
  expect(await program.exit()).toBe(0)
})

test('B7 a worker that dies is followed by another', async () => {
  const program = new Program([...OPEN, '--workers', '2', '--log-level', 'info'])
  const port = await program.port()
  const before = await linked(port, 2)
  const started = program.stderr.split('\n').filter((line) => line.includes('"started"'))
  const { pid } = JSON.parse(started[0] ?? '{}') as { pid: number }
  process.kill(pid, 'SIGKILL')
  const after = await linked(port, 2, before)
  expect([...after].filter((id) => before.has(id))).toHaveLength(1)
  program.child.kill('SIGINT')
  expect(await program.exit()).toBe(0)
})

test('S5 what workers cannot follow is explained', async () => {
  const one = new Program([...OPEN, '--workers', '2', '--hub-peer-id', 'a'.repeat(40)])
  expect(await one.exit()).toBe(1)
  expect(one.stderr).toContain('those of one hub')
  const alone = new Program([...OPEN, '--workers', '2', '--is-hub', 'off', '--check-config'])
  expect(await alone.exit()).toBe(1)
  expect(alone.stderr).toContain('--workers needs --is-hub on')
})

test('S5 workers whose port is busy end with one clear line each, and exit code 1', async () => {
  const first = new Program(['--port', '0'])
  const port = await first.port()
  const second = new Program(['--port', `${port}`, '--workers', '2'])
  expect(await second.exit()).toBe(1)
  expect(new Set(second.stderr.trim().split('\n'))).toEqual(
    new Set([
      `pigeon-hub: port ${port} on localhost is in use; choose another with --port or PORT`,
    ]),
  )
})

test('workers end when their primary is gone', async () => {
  const program = new Program([...OPEN, '--workers', '2'])
  await program.port()
  program.child.kill('SIGKILL')
  // What they print to is closed when the last of them has ended.
  await program.exit()
})

test('what waits for a worker is bounded, and what it does not want is not sent', () => {
  const relay = new BusRelay()
  const sent: WorkerMessage[] = []
  const done: (() => void)[] = []
  const reader: Channel = {
    send: (message, taken) => {
      sent.push(message)
      done.push(() => taken(null))
    },
  }
  const writer: Channel = { send: (message) => relay.take(writer, message) }
  relay.add(reader)
  relay.add(writer)
  relay.take(reader, { type: 'subscribe', subject: 'a' })
  const bytes = new Uint8Array(MAX_WAITING_BYTES / 2)
  for (const subject of ['b', 'a', 'a', 'a'])
    relay.take(writer, { type: 'publish', subject, bytes })
  expect(sent).toHaveLength(2)
  for (const taken of done.splice(0)) taken()
  relay.take(writer, { type: 'publish', subject: 'a', bytes })
  expect(sent).toHaveLength(3)
})

test('a bus gives each subscriber bytes of its own channel only', async () => {
  const bus = new WorkerBus({ send: () => {} })
  const heard: Uint8Array[] = []
  bus.subscribe('a', (bytes) => heard.push(bytes))
  bus.take({ type: 'publish', subject: 'b', bytes: Uint8Array.of(1) })
  bus.take({ type: 'publish', subject: 'a', bytes: Buffer.from([2]) })
  expect(heard).toEqual([Uint8Array.of(2)])
  await bus.close()
})
