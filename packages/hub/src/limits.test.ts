import { encodeRelay } from '@pigeon/signaling-protocol'
import { expect, test } from 'vitest'
import { World } from '../test/harness.ts'
import { resolveLimits } from './limits.ts'

test('S4 maxConnections: the last one fits, the next is told that the hub is full', () => {
  const world = new World({ maxConnections: 3 })
  const clients = [world.join(), world.join(), world.join()]
  const extra = world.dial()
  world.settle()
  expect(extra.one('error').code).toBe('HUB_FULL')
  expect(extra.closed?.code).toBe(1013)
  clients[0]?.send({ type: 'goodbye' })
  world.settle()
  expect(world.join().all('welcome')).toHaveLength(1)
})

test('S4 maxConnections: one that is being closed counts until its socket is gone', () => {
  const world = new World({ maxConnections: 1 })
  const stubborn = world.join()
  stubborn.socket.paused = true
  stubborn.send({ type: 'goodbye' })
  expect(world.dial().one('error').code).toBe('HUB_FULL')
  world.clock.advance(1000)
  expect(world.join().all('welcome')).toHaveLength(1)
})

test('S4 maxConnectionsPerAddress: other addresses are not touched', () => {
  const world = new World({ maxConnectionsPerAddress: 2 })
  world.dial('2001:db8:1:2::1').hello()
  world.dial('2001:db8:1:2:ffff::9').hello()
  const extra = world.dial('2001:db8:1:2::3')
  expect(extra.one('error').code).toBe('ADDRESS_LIMIT')
  expect(world.dial('2001:db8:1:3::1').hello().all('welcome')).toHaveLength(1)
})

test('S4 maxMessageBytes: the largest message passes, one byte more ends the connection', () => {
  const world = new World({ maxMessageBytes: 2048 })
  const [alice, bob] = [world.join(), world.join()]
  const id = bob.id as NonNullable<typeof bob.id>
  alice.sendBytes(encodeRelay(id, new Uint8Array(2048 - 21)))
  expect(bob.one('relay').payload).toHaveLength(2048 - 21)
  alice.sendBytes(encodeRelay(id, new Uint8Array(2048 - 20)))
  world.settle()
  expect(alice.one('error').code).toBe('TOO_LARGE')
  expect(alice.closed?.code).toBe(1009)
  expect(bob.all('relay')).toHaveLength(1)
})

test('S4 messageRate: a burst passes, the rest comes back, and time makes room again', () => {
  const world = new World({ messageRate: 10, messageBurst: 20 })
  const [alice, bob] = [world.join(), world.join()]
  world.clock.advance(5000)
  for (let count = 0; count < 25; count++) alice.relay(bob)
  expect(bob.relayed).toHaveLength(20)
  expect(alice.all('undeliverable')).toHaveLength(5)
  expect(alice.all('undeliverable')[0]).toMatchObject({ id: bob.id, reason: 'rate-limited' })
  world.clock.advance(1000)
  for (let count = 0; count < 5; count++) alice.relay(bob)
  expect(bob.relayed).toHaveLength(25)
})

test('S4 messageRate: a flood is ended one burst below zero', () => {
  const world = new World({ messageRate: 10, messageBurst: 20 })
  const [alice, bob] = [world.join(), world.join()]
  for (let count = 0; count < 1000; count++) alice.relay(bob)
  world.settle()
  expect(bob.relayed.length).toBeLessThanOrEqual(21)
  expect(alice.one('error').code).toBe('RATE_LIMITED')
  expect(alice.closed?.code).toBe(1008)
})

test('S4 messageRate: a query counts as ten', () => {
  const world = new World({ messageRate: 1, messageBurst: 50 })
  const alice = world.join()
  for (let count = 0; count < 6; count++) alice.send({ type: 'query' })
  expect(alice.all('peers')).toHaveLength(4)
  expect(world.hub.getStats().rateLimited).toBe(2)
})

test('S4 byteRate: bytes count as well as messages', () => {
  const world = new World({ byteRate: 1000, byteBurst: 4096, maxMessageBytes: 4096 })
  const [alice, bob] = [world.join(), world.join()]
  world.clock.advance(5000)
  alice.relay(bob, 'x'.repeat(4000)).relay(bob, 'x'.repeat(4000))
  expect(bob.relayed).toHaveLength(1)
  expect(alice.one('undeliverable').reason).toBe('rate-limited')
  alice.relay(bob, 'x'.repeat(4000))
  world.settle()
  expect(alice.one('error').code).toBe('RATE_LIMITED')
})

test('S4 maxBufferedBytes: a slow reader is dropped and its senders are told', () => {
  const world = new World({ maxBufferedBytes: 10_000, byteBurst: 1e6, maxMessageBytes: 65_536 })
  const [alice, bob] = [world.join(), world.join()]
  world.clock.advance(1000)
  bob.socket.paused = true
  for (let count = 0; count < 12; count++) alice.relay(bob, 'x'.repeat(979))
  expect(bob.closed).toBeUndefined()
  expect(alice.all('undeliverable').length).toBe(2)
  expect(alice.all('left')).toEqual([{ type: 'left', peer: bob.id }])
  world.clock.advance(1000)
  // It never read the reason, so it is cut off.
  expect(bob.closed?.code).toBe(1006)
  expect(world.hub.getStats()).toMatchObject({ connections: 1, closed: { SLOW_READER: 1 } })
})

test('S4 handshakeTimeoutMs: who says nothing is closed', () => {
  const world = new World()
  const silent = world.dial()
  world.clock.advance(5000)
  expect(silent.closed).toBeUndefined()
  world.clock.advance(1300)
  expect(silent.one('error').code).toBe('HANDSHAKE_TIMEOUT')
  expect(silent.closed?.code).toBe(4004)
})

test('S4 maxStrikes: nine messages without sense are borne, not ten', () => {
  const world = new World()
  const alice = world.join()
  for (let count = 0; count < 9; count++) alice.sendBytes(Uint8Array.of(99))
  world.settle()
  expect(alice.closed).toBeUndefined()
  alice.sendBytes(Uint8Array.of(99))
  world.settle()
  expect(alice.one('error').code).toBe('MALFORMED')
  expect(alice.closed?.code).toBe(1008)
  expect(world.hub.getStats().malformed).toBe(10)
})

test('S4 the heartbeat: a client that pings stays, a silent one goes after 85 s', () => {
  const world = new World()
  const [alice, bob] = [world.join(), world.join()]
  world.clock.advance(75_000)
  alice.send({ type: 'ping' })
  world.clock.advance(9000)
  expect(bob.closed).toBeUndefined()
  world.clock.advance(3000)
  expect(bob.one('error').code).toBe('HEARTBEAT_TIMEOUT')
  expect(bob.closed?.code).toBe(4005)
  expect(alice.closed).toBeUndefined()
})

test('S4 a stall of the hub closes nobody', () => {
  const world = new World()
  const alice = world.join()
  const greeter = world.dial()
  world.stall(60_000)
  world.clock.advance(1250)
  // What they sent meanwhile is read only now.
  alice.send({ type: 'ping' })
  greeter.hello()
  world.clock.advance(5000)
  expect([alice.closed, greeter.closed]).toEqual([undefined, undefined])
})

test('limits out of range are refused by name', () => {
  expect(() => resolveLimits({ maxConnections: 0 })).toThrow(/maxConnections.*got 0/)
  expect(() => resolveLimits({ messageRate: Number.NaN })).toThrow(/messageRate.*got NaN/)
  expect(() => resolveLimits({ maxMessageBytes: 100 })).toThrow(/maxMessageBytes/)
  expect(() => resolveLimits({ maxMessageBytes: 2 ** 21 })).toThrow(/maxMessageBytes/)
  expect(() => resolveLimits({ byteBurst: 1000 })).toThrow(/byteBurst/)
  expect(() => resolveLimits({ heartbeatMs: 1.5 })).toThrow(/heartbeatMs/)
})
