import { describe, expect, test } from 'vitest'
import { line, ringWithChords, TestNetwork } from '../test/network.ts'

describe('a report', () => {
  test.each([1, 2, 3])('counts everybody once, over the whole network (seed %i)', (seed) => {
    const network = new TestNetwork(40, ringWithChords(40, 6), {
      seed,
      network: { latency: { model: 'uniform', minMs: 10, maxMs: 100 } },
    })
    for (let index = 0; index < 4; index++) {
      network.publish(index, 'warm-up')
      network.run(1000)
    }
    const id = network.publish(5, 'x', { report: true })
    network.run(10_000)
    const last = network.peer(5).reports.at(-1)
    expect(last, `seed ${seed}`).toEqual({ id, peers: 39, complete: true })
    expect(network.peers.filter(({ reports }) => reports.length > 0).length).toBe(1)
  })

  test('counts on a cold network too, where copies cross', () => {
    const network = new TestNetwork(20, ringWithChords(20, 4), {
      network: { latency: { model: 'uniform', minMs: 10, maxMs: 100 } },
    })
    const id = network.publish(5, 'x', { report: true })
    network.run(20_000)
    expect(network.peer(5).reports.at(-1)).toMatchObject({ id, peers: 19 })
  })

  test('says how many there were when some do not answer', () => {
    const network = new TestNetwork(4, line(4))
    network.publish(0, 'warm-up')
    network.run(1000)
    network.network.silence(network.peer(3).id, network.peer(2).id)
    const id = network.publish(0, 'x', { report: true })
    network.run(20_000)
    expect(network.peer(0).reports.at(-1)).toMatchObject({ id, peers: 2 })
  })

  test('of a peer alone says nobody', () => {
    const network = new TestNetwork(1, [])
    const id = network.publish(0, 'x', { report: true })
    network.run(1000)
    expect(network.peer(0).reports).toEqual([{ id, peers: 0, complete: true }])
  })
})
