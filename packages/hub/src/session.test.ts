import { expect, test } from 'vitest'
import { World } from '../test/harness.ts'

test('S4 an id cannot be taken over without its secret', () => {
  const world = new World()
  const alice = world.join()
  const thief = world.join('net', alice.id)
  const guesser = world.join('net', alice.id, 'f'.repeat(32))
  world.settle()
  for (const client of [thief, guesser]) {
    expect(client.one('error').code).toBe('ID_TAKEN')
    expect(client.closed?.code).toBe(4002)
  }
  expect(alice.closed).toBeUndefined()
  const bob = world.join()
  bob.relay(alice, 'still here?')
  expect(alice.relayed).toEqual([`${bob.id} still here?`])
})

test('S4 whoever knows the secret takes over at once, and the others notice nothing', () => {
  const world = new World()
  const [alice, bob] = [world.join(), world.join()]
  world.clock.advance(1000)
  const { session } = alice.one('welcome')
  const again = world.join('net', alice.id, session)
  world.clock.advance(1000)
  expect(again.one('welcome')).toMatchObject({ session, peers: [bob.id] })
  expect(alice.one('error').code).toBe('REPLACED')
  expect(alice.closed?.code).toBe(4001)
  bob.relay(again, 'welcome back')
  expect(again.relayed).toEqual([`${bob.id} welcome back`])
  expect(bob.all('left')).toEqual([])
  expect(bob.told).toEqual([alice.id])
  expect(world.hub.getStats()).toMatchObject({ peers: 2, connections: 2 })
})

test('S4 a secret the client chose before its WELCOME was lost counts as well', () => {
  const world = new World()
  const session = '0123456789abcdef0123456789abcdef'
  const lost = world.join('net', world.id(), session)
  const again = world.join('net', lost.id, session)
  expect(again.one('welcome').session).toBe(session)
})

test('S4 an id whose holder is silent beyond the heartbeat is free for others', () => {
  // The sweep comes every 10 s here, so that HELLO finds the silent one first.
  const world = new World({
    handshakeTimeoutMs: 40_000,
    heartbeatMs: 15_000,
    heartbeatGraceMs: 40_000,
  })
  const alice = world.join()
  world.clock.advance(54_000)
  const early = world.join('net', alice.id)
  world.clock.advance(1500)
  const heir = world.join('net', alice.id)
  world.settle()
  expect(early.one('error').code).toBe('ID_TAKEN')
  expect(heir.all('welcome')).toHaveLength(1)
  expect(alice.one('error').code).toBe('HEARTBEAT_TIMEOUT')
})

test('S4 after a stall of the hub silence proves nothing', () => {
  const world = new World()
  const alice = world.join()
  world.stall(60_000)
  const thief = world.join('net', alice.id)
  expect(thief.one('error').code).toBe('ID_TAKEN')
})

test('sessions are secret random tokens, a new one for every member', () => {
  const world = new World()
  const sessions = [world.join(), world.join()].map((client) => client.one('welcome').session)
  expect(new Set(sessions).size).toBe(2)
  for (const session of sessions) expect(session).toMatch(/^[0-9a-f]{32}$/)
})
