import type { PeerId } from '@pigeon/xor'
import { randomPeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { SimulatedNetwork, Simulation } from './index.ts'

/** Floods and faults among 100 peers; the hash and how many events there were. */
function run(seed: number, consumer = false): { hash: string; events: number } {
  const simulation = new Simulation({ seed })
  if (consumer) simulation.random('another purpose').uint32()
  const network = new SimulatedNetwork(simulation, {
    latency: { model: 'plane', minMs: 5, maxMs: 100 },
    lossRate: 0.05,
    bandwidth: 500,
  })
  const random = simulation.random('test')
  const ids = Array.from({ length: 100 }, () => randomPeerId(random))
  const start = (id: PeerId) => {
    const transport = network.transport(id)
    transport.on('frame', (from, frame) => {
      const [ttl] = frame as unknown as [number]
      if (ttl === 0) return
      frame[0] = ttl - 1
      for (const peer of transport.neighbours) if (peer !== from) transport.send(peer, frame)
    })
    const tick = () => {
      for (const peer of transport.neighbours) transport.send(peer, new Uint8Array(50).fill(1))
      network.host(id).clock.after(500 + random.below(1000), tick)
    }
    tick()
  }
  for (const [index, id] of ids.entries()) {
    start(id)
    for (const other of random.shuffled(ids.slice(0, index)).slice(0, 3)) network.connect(id, other)
  }
  simulation.run(2000)
  network.partition([ids.slice(0, 50), ids.slice(50)])
  network.host(ids[3] as PeerId).crash()
  network.host(ids[4] as PeerId).pause()
  simulation.run(4000)
  network.heal()
  network.host(ids[4] as PeerId).resume()
  simulation.run(12_000)
  return { hash: simulation.traceHash, events: simulation.events }
}

test.each([1, 2, 3])('seed %i gives the same events each time', (seed) => {
  const first = run(seed)
  expect(first.events).toBeGreaterThan(10_000)
  expect(run(seed)).toEqual(first)
  expect(run(seed, true), 'one more consumer of randomness').toEqual(first)
})

test('another seed gives other events', () => {
  expect(run(1).hash).not.toBe(run(2).hash)
})
