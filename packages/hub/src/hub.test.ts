import { SignalingClient } from '@pigeon/signaling-protocol'
import { memoryConnector } from '@pigeon/signaling-protocol/memory'
import { ManualClock, seededRandom } from '@pigeon/transport/testing'
import { type PeerId, randomPeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { Hub } from './hub.ts'

const text = new TextEncoder()

test('S2 clients of one network learn of each other and relay', () => {
  const clock = new ManualClock()
  const random = seededRandom(1)
  const hub = new Hub({ clock, random })
  const connect = memoryConnector({
    clock,
    latencyMs: 5,
    accept: (socket) => hub.accept(socket, { remoteAddress: '192.0.2.1' }),
  })
  const make = (): SignalingClient =>
    new SignalingClient({
      urls: ['ws://hub'],
      self: randomPeerId(random),
      network: 'n',
      connect,
      clock,
      random,
    })
  const [alice, bob] = [make(), make()]
  const named: PeerId[] = []
  const relayed: string[] = []
  alice.on('peers', (peers) => named.push(...peers))
  bob.on('relay', (from, payload) => relayed.push(`${from} ${new TextDecoder().decode(payload)}`))
  alice.start()
  clock.advance(100)
  bob.start()
  clock.advance(1000)
  expect(named).toEqual([bob.self])
  expect(alice.send(bob.self, text.encode('hello'))).toBe('sent')
  clock.advance(1000)
  expect(relayed).toEqual([`${alice.self} hello`])
  alice.close()
  bob.close()
  clock.advance(5000)
  expect(hub.getStats()).toMatchObject({ connections: 0, peers: 0, networks: 0 })
  expect(clock.pending).toBe(0)
})
