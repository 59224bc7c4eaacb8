import type { MeshOptions } from '@pigeon/mesh'
import { Simulation } from '@pigeon/simulator'
import { describe, expect, test, vi } from 'vitest'
import { type BuiltNetwork, buildNetwork } from '../build-network.ts'
import { components, linkCounts, ringCompleteness } from './measures.ts'

const SEEDS = [1, 2]

vi.setConfig({ testTimeout: 300_000 })

function network(seed: number, peers: number, mesh: Partial<MeshOptions> = {}): BuiltNetwork {
  const simulation = new Simulation({ seed })
  const latency = { model: 'uniform', minMs: 10, maxMs: 100 } as const
  const peer = { mesh, gossip: false } as const
  const built = buildNetwork(simulation, { peers, network: { latency }, peer })
  for (const one of built.peers) one.start()
  return built
}

function expectWhole(built: BuiltNetwork, about: string): void {
  expect(components(built.running()).length, about).toBe(1)
  expect(ringCompleteness(built.running()), about).toBe(1)
}

test('M3 without auto-discovery nobody is told of and nothing linked, until it is on again', () => {
  const built = network(1, 5, { autoDiscovery: false })
  const [first, second] = built.peers
  const discovered: string[] = []
  first?.mesh.on('peerDiscovered', ({ peerId }) => discovered.push(peerId))
  built.simulation.runFor(20_000)
  expect([discovered.length, linkCounts(built.peers).max]).toEqual([0, 0])
  if (second !== undefined) first?.mesh.connect(second.id)
  built.simulation.runFor(5000)
  expect([...(first?.mesh.peers ?? [])]).toEqual([second?.id])
  for (const { mesh } of built.peers) mesh.set({ autoDiscovery: true })
  built.simulation.runFor(70_000)
  expectWhole(built, 'on again')
})

describe('M5 limits may change at any time', () => {
  test('fewer links: what is too many goes, and the network stays whole all the time', () => {
    for (const seed of SEEDS) {
      const built = network(seed, 30, { maxPeers: 10 })
      built.simulation.runFor(30_000)
      expect(linkCounts(built.peers).mean, `seed ${seed}`).toBeGreaterThan(8)
      for (const { mesh } of built.peers) mesh.setMaxPeers(4)
      for (let second = 0; second < 60; second++) {
        built.simulation.runFor(1000)
        expectWhole(built, `seed ${seed}, ${second} s`)
      }
      expect(linkCounts(built.peers).max, `seed ${seed}`).toBeLessThanOrEqual(4)
    }
  })

  test('more links: the places are filled', () => {
    const built = network(1, 30, { maxPeers: 3 })
    built.simulation.runFor(30_000)
    for (const { mesh } of built.peers) mesh.setMaxPeers(8)
    built.simulation.runFor(60_000)
    expect(linkCounts(built.peers).mean).toBeGreaterThan(7)
  })

  test('each is checked', () => {
    const { mesh } = network(1, 1).peers[0] ?? {}
    expect(() => mesh?.setMaxPeers(51)).toThrow('maxPeers is a whole number from 1 to 50, got 51')
    expect(() => mesh?.setMinPeers(9)).toThrow('minPeers is a whole number from 0 to 8, got 9')
    expect(() => mesh?.set({ xorRouting: 1 as never })).toThrow(
      'xorRouting is true or false, got 1',
    )
  })

  test('one or two links are taken with a warning, for they may not hold a network together', () => {
    const built = network(1, 2, { maxPeers: 1 })
    const warnings: string[] = []
    const { mesh } = built.peers[0] ?? {}
    mesh?.on('warning', ({ message }) => warnings.push(message))
    built.simulation.runFor(1)
    expect(warnings).toEqual(['maxPeers 1: below 3 links the network may fall apart'])
    warnings.length = 0
    mesh?.setMaxPeers(3)
    expect(warnings).toEqual([])
    mesh?.setMaxPeers(2)
    expect(warnings).toEqual(['maxPeers 2: below 3 links the network may fall apart'])
  })
})

describe('M6 making room', () => {
  test('newcomers find their place in a full network, with notice, and nobody is left alone', () => {
    for (const seed of SEEDS) {
      const built = network(seed, 20, { maxPeers: 3 })
      built.simulation.runFor(20_000)
      let evicted = 0
      for (const { mesh } of built.peers) mesh.on('peerEvicted', () => evicted++)
      const more = built.peers.slice(10)
      for (const peer of more) peer.leave()
      built.simulation.runFor(20_000)
      for (const peer of more) {
        peer.start()
        built.simulation.runFor(3000)
        const lonely = built.running().filter(({ mesh }) => mesh.peers.size === 0)
        expect(lonely.length, `seed ${seed}`).toBe(0)
      }
      built.simulation.runFor(10_000)
      expectWhole(built, `seed ${seed}`)
      expect(evicted, `seed ${seed}`).toBeGreaterThan(0)
    }
  })

  test('without eviction a newcomer gets its ring neighbours and no other full peer', () => {
    const built = network(2, 24, { maxPeers: 4, evictionStrategy: false })
    built.simulation.runFor(60_000)
    expectWhole(built, 'at first')
    const full = built.peers.filter(({ mesh }) => !mesh.canAcceptMorePeers)
    const [asking] = full
    const asked = full.find((peer) => peer !== asking && !asking?.mesh.peers.has(peer.id))
    if (asking === undefined || asked === undefined) throw new Error('a full network, please')
    asking.mesh.connect(asked.id)
    built.simulation.runFor(3000)
    expect(asking.mesh.peers.has(asked.id)).toBe(false)
    expect(asking.mesh.attempts(asked.id)).toBeGreaterThan(0)
  })
})

test('M13 without XOR routing places beyond the ring are filled at random, and the ring holds', () => {
  for (const seed of SEEDS) {
    const built = network(seed, 40, { maxPeers: 6, xorRouting: false })
    built.simulation.runFor(60_000)
    expectWhole(built, `seed ${seed}`)
    expect(linkCounts(built.peers).mean, `seed ${seed}`).toBeGreaterThan(5)
  }
})

test('M14 a peer that lost all its links at once is back within seconds', () => {
  for (const seed of SEEDS) {
    const built = network(seed, 30)
    built.simulation.runFor(20_000)
    const [victim] = built.peers
    for (const id of [...(victim?.mesh.peers ?? [])]) void victim?.mesh.disconnect(id, 'failed')
    built.simulation.runFor(5000)
    expect(victim?.mesh.peers.size, `seed ${seed}`).toBeGreaterThan(0)
    built.simulation.runFor(10_000)
    expectWhole(built, `seed ${seed}`)
  }
})

test('M12 a peer says what it knows of its place', () => {
  const built = network(1, 12, { maxPeers: 4 })
  built.simulation.runFor(30_000)
  const { mesh } = built.peers[0] ?? {}
  const report = mesh?.connectivity()
  expect(report).toMatchObject({ maxPeers: 4, isIncomplete: false, isCalm: true })
  expect(new Set(report?.links)).toEqual(mesh?.peers)
  expect(report?.ring.map(({ linked }) => mesh?.peers.has(linked as never))).toEqual([true, true])
  mesh?.setMaxPeers(8)
  expect(mesh?.connectToAll()).toBeGreaterThan(0)
})
