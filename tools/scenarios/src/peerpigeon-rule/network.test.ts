import { Simulation } from '@pigeon/simulator'
import { describe, expect, test } from 'vitest'
import { buildPeerPigeonNetwork, type PeerPigeonNetwork } from './network.ts'

/** Peers that came one after the other, a minute ago. */
function joined(seed: number, peers: number, maxPeers?: number) {
  const simulation = new Simulation({ seed })
  const built = buildPeerPigeonNetwork(simulation, { peers, ...(maxPeers && { maxPeers }) })
  for (let index = 0; index < peers; index++) {
    simulation.clock.after(index * 200, () => built.start(index))
  }
  simulation.run(peers * 200 + 60_000)
  return { simulation, built }
}

/** The peers that can be reached from one over links that both sides have, itself included. */
function reachable(built: PeerPigeonNetwork, from: number): Set<number> {
  const found = new Set([from])
  for (const index of found) {
    for (const id of built.links(index)) {
      const other = built.ids.indexOf(id)
      if (built.links(other).has(built.ids[index] as never)) found.add(other)
    }
  }
  return found
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length

describe('against what the real package does', () => {
  // Twenty processes with npm peerpigeon 1.1.3 at its default of three links, twice: islands of
  // 10 + 10 and 15 + 5, 47.4 and 60.5 % of broadcasts, 47.5 and 56 % of direct messages, 2.7 links
  // a peer.
  test('20 peers with 3 links split, and lose as much', () => {
    const seeds = Array.from({ length: 40 }, (_, index) => index + 1)
    const networks = seeds.map((seed) => joined(seed, 20).built)
    const split = networks.filter((built) => reachable(built, 0).size < 20)
    const links = mean(networks.flatMap((built) => built.ids.map((_, at) => built.links(at).size)))
    const broadcasts = mean(
      split.map((built) => mean(built.ids.map((_, index) => built.broadcastReach(index)))),
    )
    const direct = mean(split.map((built) => built.directShare(100)))
    expect(split.length / seeds.length).toBeGreaterThan(0.6)
    expect(links).toBeCloseTo(2.75, 1)
    expect(broadcasts).toBeGreaterThan(0.45)
    expect(broadcasts).toBeLessThan(0.62)
    expect(direct).toBeGreaterThan(0.35)
    expect(direct).toBeLessThan(0.6)
  })
})

test('two peers link, whichever comes first', () => {
  for (const seed of [1, 2, 3, 4]) {
    const { built } = joined(seed, 2)
    const [a, b] = built.ids
    expect([...built.links(0)], `seed ${seed}`).toEqual([b])
    expect([...built.links(1)], `seed ${seed}`).toEqual([a])
  }
})

test('nobody has more links than allowed', () => {
  const { built } = joined(5, 30, 4)
  for (const index of built.running()) expect(built.links(index).size).toBeLessThanOrEqual(4)
})

test('messages reach whoever links lead to', () => {
  const { built } = joined(6, 20)
  for (const index of built.running()) {
    expect(built.broadcastReach(index)).toBe((reachable(built, index).size - 1) / 19)
  }
})

test('three peers reach each other with everything', () => {
  const { built } = joined(7, 3)
  expect(built.broadcastReach(0)).toBe(1)
  expect(built.directShare(20)).toBe(1)
})

test('who was killed is missed after the silence, and not counted', () => {
  const { simulation, built } = joined(8, 3)
  built.kill(1)
  expect(built.running()).toEqual([0, 2])
  expect(built.links(1).size).toBe(0)
  simulation.runFor(10_000)
  expect([...built.links(0)]).toEqual([built.ids[2]])
  expect(built.broadcastReach(0)).toBe(1)
})

test('without a hub links stay, and newcomers are met when it is back', () => {
  const simulation = new Simulation({ seed: 9 })
  const built = buildPeerPigeonNetwork(simulation, { peers: 3 })
  built.start(0)
  built.start(1)
  simulation.run(10_000)
  built.server.outage()
  built.start(2)
  simulation.runFor(10_000)
  expect(built.broadcastReach(0)).toBe(0.5)
  built.server.restore()
  simulation.runFor(60_000)
  expect(built.broadcastReach(0)).toBe(1)
})

test('a peer that was killed can start again', () => {
  const { simulation, built } = joined(10, 3)
  built.kill(1, 'at-once')
  built.start(1)
  built.start(1)
  simulation.runFor(60_000)
  expect(built.running()).toEqual([0, 2, 1])
  expect(built.links(1).size).toBeGreaterThan(0)
})

test('the hub tells everyone of everyone', () => {
  const { built } = joined(12, 40)
  // An announcement and a confirmation each, two introductions for each pair; signals besides.
  expect(built.hubMessages()).toBeGreaterThan(40 + 40 + 40 * 39)
})

test('a seed decides everything', () => {
  expect(joined(11, 20).simulation.traceHash).toBe(joined(11, 20).simulation.traceHash)
  expect(joined(11, 20).simulation.traceHash).not.toBe(joined(13, 20).simulation.traceHash)
})
