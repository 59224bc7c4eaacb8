import { SignalingClient } from '@pigeon/signaling-protocol'
import { memoryConnector } from '@pigeon/signaling-protocol/memory'
import type { PeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { World } from '../test/harness.ts'

test('S2 two clients find each other through the hub, relay, and leave nothing behind', () => {
  const world = new World()
  const { clock, hub, random } = world
  const make = (): SignalingClient =>
    new SignalingClient({
      urls: ['ws://hub'],
      self: world.id(),
      network: 'n',
      connect: memoryConnector({
        clock,
        latencyMs: 5,
        accept: (socket) => hub.accept(socket, { remoteAddress: '192.0.2.1' }),
      }),
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
  expect(alice.send(bob.self, new TextEncoder().encode('hello'))).toBe('sent')
  clock.advance(1000)
  expect(relayed).toEqual([`${alice.self} hello`])
  alice.close()
  bob.close()
  clock.advance(5000)
  expect(hub.getStats()).toMatchObject({ connections: 0, peers: 0, networks: 0 })
  expect(clock.pending).toBe(0)
})

test('S2 WELCOME tells the version, the heartbeat, the limits, and who is there', () => {
  const world = new World({ hubId: 'ab'.repeat(20) as PeerId })
  const alice = world.join()
  const bob = world.join()
  expect(bob.one('welcome')).toMatchObject({
    version: 2,
    hubId: 'ab'.repeat(20),
    heartbeatMs: 75_000,
    peers: [alice.id],
    limits: { maxMessageBytes: 65_536, messageRate: 50, messageBurst: 200 },
  })
})

test('S2 the highest version both speak is taken, and none in common is refused with both ranges', () => {
  const world = new World()
  expect(
    world
      .dial()
      .hello({ versions: [1, 9] })
      .one('welcome').version,
  ).toBe(3)
  expect(
    world
      .dial()
      .hello({ versions: [1, 2] })
      .one('welcome').version,
  ).toBe(2)
  const future = world.dial().hello({ versions: [4, 5] })
  world.clock.advance(10)
  expect(future.one('error')).toMatchObject({
    code: 'VERSION',
    message: 'this hub speaks version 2 to 3, the client 4 to 5',
  })
  expect(future.closed?.code).toBe(4000)
})

test('S3 peers of two networks never see each other', () => {
  const world = new World()
  const alice = world.join('red')
  const bob = world.join('blue')
  alice.send({ type: 'query' })
  bob.send({ type: 'goodbye' })
  world.clock.advance(60_000)
  expect(alice.told).toEqual([])
  expect(alice.all('left')).toEqual([])
})

test('S3 one id may be in two networks', () => {
  const world = new World()
  const id = world.id()
  const red = world.join('red', id)
  const blue = world.join('blue', id)
  expect([red.closed, blue.closed]).toEqual([undefined, undefined])
  expect(world.hub.getStats()).toMatchObject({ peers: 2, networks: 2 })
})

test('S4 a relay carries the id of who sent it, whatever it says itself', () => {
  const world = new World()
  const [alice, bob] = [world.join(), world.join()]
  alice.relay(bob, 'hi')
  expect(bob.relayed).toEqual([`${alice.id} hi`])
})

test('S4 a relay to nobody, to a foreign network and to oneself are answered alike', () => {
  const world = new World()
  const alice = world.join('red')
  const foreign = world.join('blue')
  const nobody = world.id()
  alice.relay(nobody).relay(foreign).relay(alice)
  expect(alice.all('undeliverable')).toEqual([
    { type: 'undeliverable', id: nobody, reason: 'unknown' },
    { type: 'undeliverable', id: foreign.id, reason: 'unknown' },
    { type: 'undeliverable', id: alice.id, reason: 'unknown' },
  ])
  expect(foreign.relayed).toEqual([])
})

test('PING is answered, QUERY names everyone of a small network', () => {
  const world = new World()
  const [alice, bob] = [world.join(), world.join()]
  alice.send({ type: 'ping' }).send({ type: 'query' })
  expect(alice.all('pong')).toHaveLength(1)
  expect(alice.one('peers').peers).toEqual([bob.id])
})

test('S1 joins and leaves are events with the number of members', () => {
  const world = new World()
  const seen: unknown[] = []
  world.hub.on('peerConnected', (event) => seen.push(event))
  world.hub.on('peerGoodbye', (event) => seen.push(event))
  world.hub.on('peerDisconnected', (event) => seen.push(event))
  const alice = world.join()
  const bob = world.join()
  alice.send({ type: 'goodbye' })
  bob.socket.cut()
  world.settle()
  const network = 'net'
  expect(seen).toEqual([
    { peerId: alice.id, network, totalConnections: 1 },
    { peerId: bob.id, network, totalConnections: 2 },
    { peerId: alice.id, network },
    { peerId: alice.id, network, totalConnections: 1, reason: 'goodbye' },
    { peerId: bob.id, network, totalConnections: 0, reason: 'closed' },
  ])
})

test('S1 getPeers lists every member with its network', () => {
  const world = new World()
  const alice = world.join('red')
  world.dial()
  expect(world.hub.getPeers()).toEqual([
    expect.objectContaining({ peerId: alice.id, network: 'red' }),
  ])
})

test('closing tells all clients, and later connections too', () => {
  const world = new World()
  const alice = world.join()
  world.hub.close()
  world.settle()
  const late = world.dial()
  world.settle()
  for (const client of [alice, late]) {
    expect(client.one('error').code).toBe('SHUTDOWN')
    expect(client.closed?.code).toBe(1001)
  }
  expect(alice.all('left')).toEqual([])
})
