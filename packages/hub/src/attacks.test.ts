import { encodeClientMessage, MessageType } from '@pigeon/signaling-protocol'
import type { PeerId } from '@pigeon/xor'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { World } from '../test/harness.ts'

const encoder = new TextEncoder()

function control(type: number, json: string): Uint8Array {
  return Uint8Array.of(type, ...encoder.encode(json))
}

test('S4 anything at all, sent by members and strangers, neither throws nor reaches others', () => {
  const type = fc.integer({ min: 0, max: 12 })
  const frame = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.tuple(type, fc.json()).map(([first, json]) => control(first, json)),
    fc.tuple(type, fc.uint8Array({ maxLength: 64 })).map(([first, rest]) => {
      return Uint8Array.of(first, ...rest)
    }),
  )
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 30 }), (frames) => {
      const world = new World()
      const witness = world.join()
      const [member, stranger] = [world.join(), world.dial()]
      world.clock.advance(1000)
      for (const bytes of frames) {
        member.sendBytes(bytes)
        stranger.sendBytes(bytes)
      }
      const before = witness.received.length
      witness.send({ type: 'ping' })
      expect(witness.received.slice(before)).toEqual([{ type: 'pong' }])
      expect(witness.all('relay')).toEqual([])
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    }),
    { numRuns: 500 },
  )
})

test('S4 HELLOs that are not what they should be are refused, and say what is wrong', () => {
  const world = new World()
  const id = world.id()
  const good = { versions: [2, 2], peerId: id, network: 'net' }
  const cases: [unknown, string][] = [
    [null, 'the body is not valid'],
    [[], 'the versions is not valid'],
    [{ ...good, peerId: id.toUpperCase() }, 'the peerId is not valid'],
    [{ ...good, peerId: `${id}0` }, 'the peerId is not valid'],
    [{ ...good, peerId: '__proto__' }, 'the peerId is not valid'],
    [{ ...good, network: '' }, 'the network is not valid'],
    [{ ...good, network: 'ü'.repeat(65) }, 'the network is not valid'],
    [{ ...good, network: 'a\u0000b' }, 'the network is not valid'],
    [{ ...good, versions: [3, 2] }, 'the versions is not valid'],
    [{ ...good, versions: [2] }, 'the versions is not valid'],
    [{ ...good, session: 'x' }, 'the session is not valid'],
  ]
  for (const [hello, message] of cases) {
    const client = world.dial().sendBytes(control(MessageType.HELLO, JSON.stringify(hello)))
    world.settle()
    expect(client.all('error')).toEqual([{ type: 'error', code: 'BAD_HELLO', message }])
    expect(client.closed?.code).toBe(4003)
  }
  const garbled = world.dial().sendBytes(control(MessageType.HELLO, '{"versions":'))
  expect(garbled.one('error').message).toBe('the body is not JSON')
  expect(world.hub.getStats().peers).toBe(0)
})

test('S4 a network of 128 bytes is taken, also when it is called __proto__', () => {
  const world = new World()
  for (const network of ['n'.repeat(128), 'ü'.repeat(64), '__proto__', 'constructor']) {
    const [a, b] = [world.join(network), world.join(network)]
    expect(b.one('welcome').peers).toEqual([a.id])
  }
})

test('S4 __proto__ and constructor keys in a HELLO change nothing', () => {
  const world = new World()
  const hello = `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"versions":[2,2],"peerId":"${world.id()}","network":"net"}`
  const client = world.dial().sendBytes(control(MessageType.HELLO, hello))
  expect(client.all('welcome')).toHaveLength(1)
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

test('S4 a HELLO nested a hundred thousand deep is refused like any other rubbish', () => {
  const world = new World({ maxMessageBytes: 2 ** 20 })
  const client = world.dial().sendBytes(control(MessageType.HELLO, '['.repeat(100_000)))
  expect(client.one('error').code).toBe('BAD_HELLO')
  const within = world.dial().sendBytes(control(MessageType.HELLO, '['.repeat(16_000)))
  expect(within.one('error').code).toBe('BAD_HELLO')
})

test('S4 before HELLO nothing works, and a second HELLO changes nothing', () => {
  const world = new World()
  const bob = world.join()
  const stranger = world.dial()
  stranger.relay(bob).send({ type: 'query' }).send({ type: 'ping' }).send({ type: 'goodbye' })
  expect(stranger.received).toEqual([])
  expect(bob.relayed).toEqual([])
  const alice = world.join('red')
  const first = alice.id
  alice.hello({ network: 'blue', peerId: world.id() })
  expect(world.hub.getPeers().map(({ peerId, network }) => [peerId, network])).toContainEqual([
    first,
    'red',
  ])
  expect(world.hub.getStats()).toMatchObject({ peers: 2, malformed: 5 })
})

test('S4 a client cannot speak as a hub', () => {
  const world = new World()
  const [alice, bob] = [world.join(), world.join()]
  const before = bob.received.length
  for (const type of [
    MessageType.WELCOME,
    MessageType.PEERS,
    MessageType.LEFT,
    MessageType.ERROR,
  ]) {
    alice.sendBytes(control(type, `{"peers":["${bob.id}"],"peer":"${bob.id}"}`))
  }
  expect(bob.received.length).toBe(before)
  expect(world.hub.getStats().malformed).toBe(4)
})

test('S4 a goodbye can only be said for oneself', () => {
  const world = new World()
  const [alice, bob] = [world.join(), world.join()]
  alice.sendBytes(control(MessageType.GOODBYE, `{"peerId":"${bob.id}","fromPeerId":"${bob.id}"}`))
  world.settle()
  expect(world.hub.getPeers().map(({ peerId }) => peerId)).toEqual([bob.id])
})

test('S4 probing for a foreign peer gives the same bytes as probing for nobody', () => {
  const world = new World()
  const probe = world.join('red')
  const victim = world.join('blue')
  const answers: Uint8Array[] = []
  probe.socket.on('message', (bytes) => answers.push(bytes))
  const nobody = 'f'.repeat(40) as PeerId
  probe.relay(victim).relay(nobody)
  expect(answers.map((bytes) => bytes.length)).toEqual([22, 22])
  expect(answers[0]?.[21]).toBe(answers[1]?.[21])
  // Its id is free to take in another network: that tells nothing about the first.
  expect(world.join('red', victim.id).all('welcome')).toHaveLength(1)
})

test('S4 many slow readers that go down together do not exhaust the stack', () => {
  const world = new World({
    maxConnections: 3000,
    maxConnectionsPerAddress: 3000,
    maxBufferedBytes: 1000,
  })
  const clients = Array.from({ length: 3000 }, () => world.join())
  world.clock.advance(1000)
  for (const client of clients) {
    client.socket.paused = true
    client.send({ type: 'query' })
  }
  clients[0]?.sendBytes(encodeClientMessage({ type: 'goodbye' }))
  world.clock.advance(5000)
  // Each is found too slow when it is told that another one was: a chain of thousands.
  expect(world.hub.getStats().closed.SLOW_READER).toBeGreaterThan(2000)
})
