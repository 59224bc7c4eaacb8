import { describe, expect, test } from 'vitest'
import { ringWithChords, TestNetwork } from '../test/network.ts'

const PEERS = 20
const LIMITS = {
  seenLimit: 64,
  replayMessages: 64,
  missingLimit: 32,
  pendingLimit: 16,
  authorLimit: 32,
} as const

/** Half a minute of trouble, then links for everybody, then peace. */
function troubled(seed: number): { network: TestNetwork; ids: string[] } {
  const network = new TestNetwork(PEERS, ringWithChords(PEERS, 4), {
    seed,
    network: { latency: { model: 'uniform', minMs: 10, maxMs: 100 } },
    gossip: LIMITS,
  })
  const random = network.simulation.random('trouble')
  const ids: string[] = []
  const host = (index: number) => network.network.host(network.peer(index).id)
  for (let round = 0; round < 40; round++) {
    const [one, other] = [random.below(PEERS), random.below(PEERS)]
    if (round % 8 === 0) network.network.lose(random.fraction() * 0.2)
    if (round % 8 === 5) network.network.lose(0)
    if (round % 10 === 3) host(one).pause()
    if (round % 10 === 6) for (let index = 0; index < PEERS; index++) host(index).resume()
    if (round % 6 === 2 && one !== other) network.network.disconnect(host(one).id, host(other).id)
    if (round % 6 === 4 && one !== other) network.connect(one, other)
    if (host(one).state === 'running') ids.push(network.publish(one, `${round}`))
    network.run(700)
    for (const { gossip, transport } of network.peers) {
      const { seen, kept, missing, pending, authors } = gossip.stats
      expect(seen, `seed ${seed}`).toBeLessThanOrEqual(LIMITS.seenLimit)
      expect(kept, `seed ${seed}`).toBeLessThanOrEqual(LIMITS.replayMessages)
      const most = LIMITS.missingLimit * Math.max(1, transport.neighbours.size)
      expect(missing, `seed ${seed}`).toBeLessThanOrEqual(most)
      expect(pending, `seed ${seed}`).toBeLessThanOrEqual(LIMITS.pendingLimit)
      expect(authors, `seed ${seed}`).toBeLessThanOrEqual(LIMITS.authorLimit)
    }
  }
  network.network.lose(0)
  for (let index = 0; index < PEERS; index++) host(index).resume()
  network.run(7000)
  for (const [a, b] of ringWithChords(PEERS, 4)) network.connect(a, b)
  network.run(40_000)
  return { network, ids }
}

describe('the invariants of Gossip, under faults', () => {
  test.each(Array.from({ length: 12 }, (_, index) => index + 1))('seed %i', (seed) => {
    const { network, ids } = troubled(seed)
    const prefix = (index: number) => `${network.peer(index).id}-`
    for (const [index, { received }] of network.peers.entries()) {
      const got = received.map(({ id }) => id)
      expect(new Set(got).size, `1, seed ${seed}, peer ${index}: delivered once`).toBe(got.length)
      const due = ids.filter((id) => !id.startsWith(prefix(index)))
      expect(got.sort(), `4, seed ${seed}, peer ${index}: delivered all`).toEqual(due.sort())
    }
    const above = new Map(network.peers.map(({ id, gossip }) => [id, gossip.stats.parent]))
    for (const { id, gossip } of network.peers) {
      let at = id
      for (let steps = 0; above.get(at) !== undefined; steps++) {
        expect(steps, `5, seed ${seed}: no loops`).toBeLessThan(PEERS)
        at = above.get(at) as typeof id
      }
      expect(at, `5, seed ${seed}: chains end at the root`).toBe(gossip.stats.root)
    }
    const since = network.sent.length
    for (let index = 0; index < 10; index++) {
      network.publish(index, 'quiet')
      network.run(500)
    }
    const copies = network.frames('data', since).length / (10 * (PEERS - 1))
    expect(copies, `6, seed ${seed}: whole messages in the tree only`).toBeLessThanOrEqual(1.06)
  })
})
