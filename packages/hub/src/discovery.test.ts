import { MAX_PEERS } from '@pigeon/signaling-protocol'
import { assertPeerId, closest, type PeerId, predecessors, successors } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { type RawClient, World } from '../test/harness.ts'

const NO_ADDRESS_LIMIT = { maxConnectionsPerAddress: 10_000 }

function crowd(count: number): { world: World; clients: RawClient[] } {
  const world = new World(NO_ADDRESS_LIMIT)
  const clients = Array.from({ length: count }, () => world.join())
  world.clock.advance(1000)
  return { world, clients }
}

const idsOf = (clients: readonly RawClient[]): PeerId[] => clients.map(({ id }) => id as PeerId)

test('M22 in a network of 50 a newcomer is told of everyone', () => {
  const { world, clients } = crowd(49)
  const newcomer = world.join()
  world.clock.advance(250)
  expect(new Set(newcomer.told)).toEqual(new Set(idsOf(clients)))
})

test('M22 in a larger network it is told of the 20 closest, 4 on each side, and 8 at random', () => {
  const { world, clients } = crowd(199)
  const newcomer = world.join()
  const id = newcomer.id as PeerId
  const others = idsOf(clients)
  const { peers } = newcomer.one('welcome')
  const must = [
    ...closest(id, others, 20),
    ...successors(id, others, 4),
    ...predecessors(id, others, 4),
  ]
  expect(peers).toEqual(expect.arrayContaining(must))
  expect(new Set(peers).size).toBe(peers.length)
  expect(peers).not.toContain(id)
  expect(peers.length).toBeGreaterThan(new Set(must).size)
  expect(peers.length).toBeLessThanOrEqual(36)
})

test.each([30, 199])(
  'M22 among %i only its ring neighbours are told of a newcomer, and that it left',
  (count) => {
    const { world, clients } = crowd(count)
    const newcomer = world.join()
    const id = newcomer.id as PeerId
    world.clock.advance(1000)
    const others = idsOf(clients)
    const neighbours = new Set([...successors(id, others, 4), ...predecessors(id, others, 4)])
    const toldOf = clients.filter(({ told }) => told.includes(id))
    expect(new Set(idsOf(toldOf))).toEqual(neighbours)
    newcomer.send({ type: 'goodbye' })
    const sawLeave = clients.filter((client) => client.all('left').some(({ peer }) => peer === id))
    expect(new Set(idsOf(sawLeave))).toEqual(neighbours)
  },
)

test('M22 a thousand joins cost at most 44 names each, not a thousand', () => {
  const { world } = crowd(1000)
  expect(world.hub.getStats()).toMatchObject({ peers: 1000 })
  // PeerPigeon sends 999,000 for the same.
  expect(world.hub.getStats().named).toBeLessThanOrEqual(1000 * 44 + 50 * 50)
})

test('newcomers within 250 ms come in one message', () => {
  const world = new World()
  const alice = world.join()
  const newcomers = [world.join(), world.join(), world.join()]
  world.clock.advance(249)
  expect(alice.one('peers').peers).toEqual(idsOf(newcomers))
})

test('a peer that comes back is named again to the same receiver only after 30 s', () => {
  const world = new World()
  const alice = world.join()
  const bob = world.join()
  world.clock.advance(1000)
  bob.send({ type: 'goodbye' })
  const again = world.join('net', bob.id)
  for (let ms = 0; ms < 28_000; ms += 14_000) {
    world.clock.advance(14_000)
    alice.send({ type: 'ping' })
    again.send({ type: 'ping' })
  }
  expect(alice.told).toEqual([bob.id])
  world.clock.advance(3000)
  expect(alice.told).toEqual([bob.id, bob.id])
})

test('a peer that left before it was named is neither named nor said to have left', () => {
  const world = new World()
  const alice = world.join()
  world.join().send({ type: 'goodbye' })
  world.clock.advance(1000)
  expect(alice.told).toEqual([])
  expect(alice.all('left')).toEqual([])
})

test('more newcomers at once than fit into one message come in several', () => {
  const world = new World({ ...NO_ADDRESS_LIMIT, maxConnections: 2000 })
  const alice = world.join('net', assertPeerId('0'.repeat(40)))
  // Each comes between alice and the one before.
  const ids = Array.from({ length: 300 }, (_, index) =>
    assertPeerId((1000 - index).toString(16).padStart(40, '0')),
  )
  world.joinAll(ids)
  world.clock.advance(1000)
  expect(alice.all('peers').map(({ peers }) => peers.length)).toEqual([MAX_PEERS, 300 - MAX_PEERS])
  expect(new Set(alice.told)).toEqual(new Set(ids))
})

test('a QUERY with the right ring neighbours is answered by PONG, any other by PEERS', () => {
  const { world, clients } = crowd(60)
  const [first] = clients as [RawClient]
  const id = first.id as PeerId
  const others = idsOf(clients)
  const [next] = successors(id, others, 1) as [PeerId]
  const [previous, beforeThat] = predecessors(id, others, 2) as [PeerId, PeerId]
  const told = () => [first.all('peers').length, first.all('pong').length]
  world.clock.advance(1000)
  const [peers = 0] = told()
  first.send({ type: 'query', ring: [next, previous] })
  expect(told()).toEqual([peers, 1])
  first.send({ type: 'query', ring: [next, beforeThat] })
  first.send({ type: 'query' })
  expect(told()).toEqual([peers + 2, 1])
})
