import { expect, test } from 'vitest'
import { World } from '../test/harness.ts'

/** Someone whose connection broke, and a friend who writes to them. */
function lost(options: ConstructorParameters<typeof World>[0] = {}) {
  const world = new World(options)
  const [alice, bob] = [world.join(), world.join()]
  world.clock.advance(1000)
  const { session } = alice.one('welcome')
  alice.socket.cut()
  world.settle()
  return { world, alice, bob, session, id: alice.id as NonNullable<typeof alice.id> }
}

test('R3 what is sent to a member that lost its connection waits for it, and comes in order', () => {
  const { world, bob, session, id } = lost()
  bob.relay(id, 'one').relay(id, 'two')
  expect(bob.all('undeliverable')).toEqual([
    { type: 'undeliverable', id, reason: 'away' },
    { type: 'undeliverable', id, reason: 'away' },
  ])
  expect(world.hub.getStats()).toMatchObject({ away: 1, kept: 2, peers: 1 })
  const back = world.join('net', id, session)
  world.settle()
  expect(back.received.map(({ type }) => type)).toEqual(['welcome', 'relay', 'relay'])
  expect(back.relayed).toEqual([`${bob.id} one`, `${bob.id} two`])
  world.clock.advance(10_000)
  expect(bob.all('undeliverable')).toHaveLength(2)
  expect(world.hub.getStats().away).toBe(0)
})

test('R3 if it does not come back in time, its senders are told', () => {
  const { world, bob, session, id } = lost()
  bob.relay(id, 'one')
  world.clock.advance(5000)
  expect(bob.all('undeliverable').map(({ reason }) => reason)).toEqual(['away', 'unknown'])
  const back = world.join('net', id, session)
  expect(back.relayed).toEqual([])
})

test('S4 what is kept is for the one who left, not for whoever takes the id', () => {
  const { world, bob, id } = lost()
  bob.relay(id, 'secret')
  expect(world.join('net', id).relayed).toEqual([])
  world.clock.advance(10_000)
  expect(world.hub.getStats().away).toBe(0)
})

test('R3 nothing is kept for one who said goodbye, or with offlineMs 0', () => {
  const { bob, id } = lost({ offlineMs: 0 })
  bob.relay(id)
  expect(bob.one('undeliverable').reason).toBe('unknown')
  const world = new World()
  const [alice, carol] = [world.join(), world.join()]
  alice.send({ type: 'goodbye' })
  carol.relay(alice)
  expect(carol.one('undeliverable').reason).toBe('unknown')
})

test.each([
  ['offlineMessages', { offlineMessages: 2 }],
  ['offlineBytes', { offlineBytes: 2 * (21 + 5) }],
  ['offlineTotalBytes', { offlineTotalBytes: 2 * (21 + 5) }],
])('S4 no more is kept than %s', (_, limits) => {
  const { bob, id } = lost(limits)
  bob.relay(id).relay(id).relay(id)
  const reasons = bob.all('undeliverable').map(({ reason }) => reason)
  expect(reasons).toEqual(['away', 'away', 'unknown'])
})

test('S4 there are never more absent members than there may be connections', () => {
  const world = new World({ maxConnections: 3 })
  for (let count = 0; count < 10; count++) {
    world.join().socket.cut()
    world.settle()
    expect(world.hub.getStats().away).toBeLessThanOrEqual(3)
  }
})

test('M21 once the time is over nothing is left, timers neither', () => {
  const { world, bob } = lost()
  bob.socket.cut()
  world.clock.advance(60_000)
  expect(world.hub.getStats()).toMatchObject({ connections: 0, peers: 0, networks: 0, away: 0 })
  expect(world.clock.pending).toBe(0)
})
