import { sha256 } from '@noble/hashes/sha2.js'
import { describe, expect, test } from 'vitest'
import { clique, line, ringWithChords, TestNetwork } from '../test/network.ts'
import { keyOf } from './entry.ts'
import { encodeIhave, News } from './id-frames.ts'

const uniform = { latency: { model: 'uniform', minMs: 10, maxMs: 100 } } as const

describe('repair', () => {
  test('B3 a message that a link swallowed is asked for after its name was heard', () => {
    const network = new TestNetwork(12, ringWithChords(12, 4), { network: uniform })
    network.publish(0, 'first')
    network.run(5000)
    const { parent } = network.peer(6).gossip.stats
    const above = network.peers.findIndex(({ id }) => id === parent)
    expect(above).toBeGreaterThanOrEqual(0)
    network.network.lose(1, [network.peer(6).id, network.peer(above).id])
    network.publish((above + 6) % 12, 'second')
    network.run(3000)
    expect(network.texts(6)).toContain('second')
  })

  test('B3 five of a hundred frames lost without a word: everybody gets everything once', () => {
    for (const seed of [1, 2, 3]) {
      const network = new TestNetwork(40, ringWithChords(40, 6), { seed, network: uniform })
      network.network.lose(0.05)
      for (let index = 0; index < 20; index++) {
        network.publish(index, `message ${index}`)
        network.run(500)
      }
      network.run(30_000)
      for (const [index, { received }] of network.peers.entries()) {
        const due = index < 20 ? 19 : 20
        expect(received.length, `seed ${seed}, peer ${index}`).toBe(due)
        expect(new Set(received.map(({ id }) => id)).size, `seed ${seed}`).toBe(due)
      }
    }
  })

  test('B3 a late joiner has the last two minutes within three round trips of its first link', () => {
    const network = new TestNetwork(8, line(7), { network: { latency: 25 } })
    network.publish(0, 'three minutes old')
    network.run(60_000)
    for (let index = 0; index < 30; index++) {
      network.publish(index % 7, `message ${index}`)
      network.run(3900)
    }
    expect(network.texts(7)).toEqual([])
    network.connect(7, 3)
    network.run(3 * 2 * 25)
    expect(network.texts(7).sort()).toEqual(
      Array.from({ length: 30 }, (_, index) => `message ${index}`).sort(),
    )
  })

  test('B3 what was published on either side of a partition reaches the other when it heals', () => {
    const network = new TestNetwork(12, [
      ...clique(6),
      ...clique(6).map(([a, b]) => [a + 6, b + 6] as const),
    ])
    for (let index = 0; index < 12; index++) {
      network.publish(index, `from ${index}`)
      network.run(4000)
    }
    network.connect(0, 6)
    network.run(3000)
    const all = Array.from({ length: 12 }, (_, index) => `from ${index}`)
    for (let index = 0; index < 12; index++) {
      const due = all.filter((one) => one !== `from ${index}`)
      expect(network.texts(index).sort(), `peer ${index}`).toEqual(due.sort())
    }
  })

  test('B3 more messages than one list holds are fetched in several rounds', () => {
    const network = new TestNetwork(2, [])
    for (let index = 0; index < 1500; index++) network.publish(0, `${index}`)
    network.connect(0, 1)
    network.run(5000)
    expect(network.texts(1).length).toBe(1500)
  })

  test('B3 a name whose message never comes is forgotten, and who gave it pays', () => {
    const network = new TestNetwork(2, line(2))
    const invented = Array.from({ length: 30 }, (_, index) => ({
      key: String.fromCharCode(index).repeat(16),
      hops: 1,
    }))
    network.forge(0, 1, encodeIhave(invented as never, 0))
    network.run(50)
    expect(network.peer(1).gossip.stats.missing).toBe(30)
    network.run(3000)
    expect(network.peer(1).gossip.stats.missing).toBe(0)
    network.run(15_000)
    expect(network.peer(1).shunned).toEqual([network.peer(0).id])
  })

  test('B3 the second to announce is asked when the first does not answer', () => {
    const network = new TestNetwork(4, [[2, 3]])
    network.publish(2, 'x')
    const frame = network.frames('data')[0]?.frame as Uint8Array
    const key = keyOf(sha256(frame.subarray(4))) // kind, hops, flags and budget, a byte each
    network.connect(0, 1)
    network.connect(1, 2)
    network.run(1)
    network.forge(0, 1, encodeIhave([{ key, hops: 1 }] as never, News.urgent))
    network.run(1000)
    expect(network.texts(1)).toEqual(['x'])
    const questions = network.frames('pull').filter(({ from }) => from === 1)
    const asked = questions.map(({ to }) => to)
    expect(asked).toEqual([network.peer(0).id, network.peer(2).id])
  })

  test('B3 latency low: every message goes over one link more, for less delay', () => {
    const measure = (latency: 'low' | 'normal') => {
      const network = new TestNetwork(40, ringWithChords(40, 6), {
        network: uniform,
        gossip: { latency },
      })
      for (let index = 0; index < 5; index++) {
        network.publish(index, 'warm-up')
        network.run(1000)
      }
      network.run(40_000)
      const since = network.sent.length
      let ms = 0
      for (let index = 0; index < 10; index++) {
        const sentAt = network.simulation.now
        let arrived = 0
        for (const { gossip } of network.peers) {
          gossip.on('message', () => {
            ms += network.simulation.now - sentAt
            arrived++
          })
        }
        network.publish(index, 'x')
        network.run(2000)
        expect(arrived % 39).toBe(0)
      }
      return { copies: network.frames('data', since).length / 390, ms }
    }
    const [normal, low] = [measure('normal'), measure('low')]
    expect(low.copies).toBeGreaterThan(1.5)
    expect(low.copies).toBeLessThan(3)
    expect(low.ms).toBeLessThan(normal.ms)
  })
})
