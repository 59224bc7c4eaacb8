import { describe, expect, test } from 'vitest'
import { clique, line, ringWithChords, TestNetwork } from '../test/network.ts'
import { encodeBeacon } from './beacon.ts'
import { Kind } from './kind.ts'

/** A network whose links differ in speed, that has published enough to have its tree. */
function settled(seed: number, count = 40, degree = 6): TestNetwork {
  const network = new TestNetwork(count, ringWithChords(count, degree), {
    seed,
    network: { latency: { model: 'uniform', minMs: 10, maxMs: 100 } },
  })
  for (let index = 0; index < 5; index++) {
    network.publish(index, `warm-up ${index}`)
    network.run(1000)
  }
  return network
}

/** Who is whose parent, by number. */
function parents(network: TestNetwork): (number | undefined)[] {
  const numbers = new Map(network.peers.map(({ id }, index) => [id, index]))
  return network.peers.map(({ gossip }) => {
    const { parent } = gossip.stats
    return parent === undefined ? undefined : numbers.get(parent)
  })
}

/** Asserts that every chain of parents ends at the one root. */
function expectOneTree(network: TestNetwork, seed: number, living = network.peers): void {
  const roots = new Set(living.map(({ gossip }) => gossip.stats.root))
  expect(roots.size, `seed ${seed}: roots`).toBe(1)
  const above = parents(network)
  for (const peer of living) {
    let at = network.peers.indexOf(peer)
    for (let steps = 0; above[at] !== undefined; steps++) {
      expect(steps, `seed ${seed}: a loop`).toBeLessThan(network.peers.length)
      at = above[at] as number
    }
    expect(network.peer(at).id, `seed ${seed}: the end of a chain`).toBe(peer.gossip.stats.root)
  }
}

describe('the tree', () => {
  test.each([1, 2, 3, 4, 5])(
    'is one, and carries each message once to each peer (seed %i)',
    (seed) => {
      const network = settled(seed)
      network.run(40_000)
      expectOneTree(network, seed)
      const since = network.sent.length
      for (let index = 0; index < 10; index++) {
        network.publish(index * 3, `message ${index}`)
        network.run(500)
      }
      const copies = network.frames('data', since).length / (10 * (network.peers.length - 1))
      expect(copies, `seed ${seed}`).toBeLessThanOrEqual(1.05)
      expect(network.frames('pull', since).length, `seed ${seed}`).toBe(0)
    },
  )

  test('tiny networks are flooded, and have no root', () => {
    const network = new TestNetwork(4, clique(4))
    network.publish(0, 'x')
    network.run(5000)
    expect(network.frames('beacon')).toEqual([])
    expect([1, 2, 3].map((index) => network.texts(index))).toEqual([['x'], ['x'], ['x']])
  })

  test('a peer close to its neighbours takes the place of a root that is far from them', () => {
    const network = new TestNetwork(12, [], {
      network: { latency: (a, b) => (a === near() || b === near() ? 5 : 60) },
      gossip: { estimateSize: () => 12 },
    })
    const near = () => network.peer(3).id
    for (const [a, b] of clique(12)) network.connect(a, b)
    network.run(1000)
    network.publish(0, 'x')
    network.run(5000)
    expectOneTree(network, 1)
    expect(network.peer(0).gossip.stats.root).toBe(network.peer(3).id)
  })

  test('twenty that publish at once on a cold network do not cut each other off', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const network = new TestNetwork(60, ringWithChords(60, 6), {
        seed,
        network: { latency: { model: 'uniform', minMs: 10, maxMs: 100 } },
      })
      for (let index = 0; index < 20; index++) network.publish(index * 3, `cold ${index}`)
      network.run(5000)
      expectOneTree(network, seed)
      const since = network.sent.length
      for (let index = 0; index < 10; index++) {
        network.publish(index, `next ${index}`)
        network.run(400)
      }
      const copies = network.frames('data', since).length / (10 * 59)
      expect(copies, `seed ${seed}`).toBeLessThanOrEqual(1.1)
      for (const [index, { received }] of network.peers.entries()) {
        const own = (index % 3 === 0 ? 1 : 0) + (index < 10 ? 1 : 0)
        expect(received.length, `seed ${seed}, peer ${index}`).toBe(30 - own)
      }
    }
  })

  test('when the root dies there is another, and nothing is lost', () => {
    for (const seed of [1, 2, 3]) {
      const network = settled(seed)
      const root = network.peers.findIndex(({ id }) => id === network.peer(0).gossip.stats.root)
      network.crash(root)
      const living = network.peers.filter((_, index) => index !== root)
      for (let index = 0; index < 20; index++) {
        network.publish((root + 1 + index) % 40, `after ${index}`)
        network.run(1000)
      }
      for (const { received, id } of living) {
        const after = received.filter(({ payload }) => payload.length > 0 && payload[0] === 97)
        const own = network.peers.findIndex((peer) => peer.id === id)
        const published = Array.from({ length: 20 }, (_, index) => (root + 1 + index) % 40)
        expect(after.length, `seed ${seed}`).toBe(
          20 - published.filter((one) => one === own).length,
        )
      }
      expectOneTree(network, seed, living)
      expect(network.peer((root + 1) % 40).gossip.stats.root).not.toBe(network.peer(root).id)
    }
  })

  test('a peer takes no more children than it should, unless they have nobody else', () => {
    // A star of nine: all have the middle only. Then a clique of nine: they have each other.
    const star = new TestNetwork(
      9,
      Array.from({ length: 8 }, (_, leaf) => [0, leaf + 1] as const),
    )
    star.publish(0, 'x')
    star.run(5000)
    expectOneTree(star, 1)
    const full = new TestNetwork(20, clique(20), {
      network: { latency: { model: 'uniform', minMs: 10, maxMs: 100 } },
      gossip: { maxChildren: 3 },
    })
    full.publish(0, 'x')
    full.run(40_000)
    expectOneTree(full, 1)
    const counts = parents(full).map((_, index) => parents(full).filter((p) => p === index).length)
    const root = full.peers.findIndex(({ id }) => id === full.peer(0).gossip.stats.root)
    for (const [index, count] of counts.entries()) {
      if (index !== root) expect(count, `peer ${index}`).toBeLessThanOrEqual(4)
    }
  })

  test('who claims to be the root and withholds is left, and nothing is lost', () => {
    for (const seed of [1, 2, 3]) {
      const network = settled(seed, 30, 6)
      // It takes part in everything, but passes nothing on.
      const liar = network.peer(7)
      const { send } = liar.transport
      liar.transport.send = (to, frame) =>
        frame[0] === Kind.data || frame[0] === Kind.ihave ? 'sent' : send(to, frame)
      const beacon = { term: 9, rank: 0, root: liar.id, sequence: 1, proof: new Uint8Array(0) }
      for (const neighbour of [...liar.transport.neighbours]) {
        send(neighbour, encodeBeacon(beacon, 0))
      }
      network.run(2000)
      const others = network.peers.filter((peer) => peer !== liar)
      for (const { received } of others) received.length = 0
      for (let index = 0; index < 20; index++) {
        network.publish(index < 7 ? index : index + 1, `message ${index}`)
        network.run(1000)
      }
      for (const { received } of others) {
        expect(received.length, `seed ${seed}`).toBeGreaterThanOrEqual(19)
      }
    }
  })

  test('beacons that claim too much are not believed', () => {
    const network = new TestNetwork(6, line(6), { gossip: { estimateSize: () => 6 } })
    network.publish(0, 'x')
    network.run(3000)
    const { root } = network.peer(0).gossip.stats
    const proof = new Uint8Array(0)
    const claim = { rank: 0, root: network.peer(5).id, sequence: 1, proof }
    network.forge(5, 4, encodeBeacon({ ...claim, term: 2 ** 40 }, 0))
    network.forge(5, 4, encodeBeacon({ ...claim, term: 2 }, 60_001))
    network.run(500)
    expect(network.peer(4).gossip.stats.root).toBe(root)
    for (let term = 2; term < 40; term++) network.forge(5, 4, encodeBeacon({ ...claim, term }, 0))
    network.run(500)
    // Sixteen changes at once, then one in five seconds.
    const seen = network
      .frames('beacon')
      .filter(({ from, to }) => from === 4 && to === network.peer(3).id)
    expect(seen.length).toBeLessThanOrEqual(20)
  })
})
