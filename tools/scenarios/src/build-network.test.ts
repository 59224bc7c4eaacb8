import { Simulation } from '@pigeon/simulator'
import { describe, expect, test } from 'vitest'
import { buildNetwork } from './build-network.ts'
import { components, linkCounts, ringCompleteness } from './topology/measures.ts'

describe('a network of real peers', () => {
  test.each([1, 2, 3])('a burst of 40 becomes one (seed %i)', (seed) => {
    const simulation = new Simulation({ seed })
    const built = buildNetwork(simulation, {
      peers: 40,
      network: { latency: { model: 'uniform', minMs: 10, maxMs: 80 } },
      peer: { mesh: { maxPeers: 6 } },
    })
    for (const peer of built.peers) peer.start()
    simulation.run(60_000)
    const running = built.running()
    expect(running.length).toBe(40)
    expect(components(running), `seed ${seed}`).toEqual([40])
    expect(ringCompleteness(running), `seed ${seed}`).toBe(1)
    expect(linkCounts(running).max, `seed ${seed}`).toBeLessThanOrEqual(8)
    expect(built.hub().getStats().peers).toBe(40)
    expect(built.hubMessages()).toBeGreaterThan(40)
  })

  test('a crashed peer comes back with its id, a left one is gone', () => {
    const simulation = new Simulation({ seed: 4 })
    const built = buildNetwork(simulation, { peers: 8 })
    const [first, second] = built.peers
    for (const peer of built.peers) peer.start()
    simulation.run(20_000)
    first?.crash()
    second?.leave()
    simulation.runFor(60_000)
    expect(built.running().length).toBe(6)
    expect(components(built.running())).toEqual([6])
    first?.start()
    simulation.runFor(60_000)
    expect(components(built.running())).toEqual([7])
  })

  test('the network outlives its hub, and meets newcomers when that is back empty', () => {
    const simulation = new Simulation({ seed: 5 })
    const built = buildNetwork(simulation, { peers: 10 })
    for (const peer of built.peers.slice(0, 8)) peer.start()
    simulation.run(20_000)
    built.server.outage()
    for (const peer of built.peers.slice(8)) peer.start()
    simulation.runFor(60_000)
    expect(components(built.running())).toEqual([8, 1, 1])
    built.restartHub()
    simulation.runFor(90_000)
    expect(components(built.running())).toEqual([10])
  })
})
