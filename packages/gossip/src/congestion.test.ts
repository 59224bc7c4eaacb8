import { describe, expect, test } from 'vitest'
import { line, TestNetwork } from '../test/network.ts'

/** A link that takes 20 bytes a millisecond and 4 KB at once. */
const narrow = { bandwidth: 20, windowBytes: 4096, latency: 10 }

describe('a congested link', () => {
  test('turns lazy: what it could not take is announced and fetched when there is room', () => {
    const network = new TestNetwork(2, line(2), { network: narrow })
    const ids = Array.from({ length: 40 }, (_, index) =>
      network.peer(0).gossip.publish('chat', new Uint8Array(1000).fill(index)),
    )
    const pushed = network.frames('data').length
    expect(pushed).toBeLessThan(8)
    network.run(120_000)
    expect(
      network
        .peer(1)
        .received.map(({ id }) => id)
        .sort(),
    ).toEqual([...ids].sort())
    expect(network.frames('ihave').length).toBeGreaterThan(0)
    expect(network.peer(0).gossip.stats.dropped).toBe(0)
    expect(network.peer(1).shunned).toEqual([])
  })

  test('messages of high priority wait in full and go first, low ones are told of last', () => {
    const network = new TestNetwork(2, line(2), { network: narrow })
    const order = ['normal', 'low', 'high'] as const
    for (let round = 0; round < 10; round++) {
      for (const priority of order) {
        network.peer(0).gossip.publish(priority, new Uint8Array(1000), { priority })
      }
    }
    network.run(120_000)
    const topics = network.peer(1).received.map(({ topic }) => topic)
    expect(topics.length).toBe(30)
    const mean = (topic: string) => {
      const places = topics.flatMap((one, place) => (one === topic ? [place] : []))
      return places.reduce((sum, place) => sum + place, 0) / places.length
    }
    expect(mean('high')).toBeLessThan(mean('normal'))
    expect(mean('normal')).toBeLessThan(mean('low'))
  })

  test('keeps back no more than its limit; the rest is fetched by comparing notes', () => {
    const network = new TestNetwork(2, line(2), {
      network: narrow,
      gossip: { backlogLimit: 5 },
    })
    for (let index = 0; index < 40; index++) {
      network.peer(0).gossip.publish('chat', new Uint8Array(1000), {
        priority: index % 2 === 0 ? 'high' : 'normal',
      })
    }
    expect(network.peer(0).gossip.stats.dropped).toBeGreaterThan(20)
    network.run(120_000)
    expect(network.peer(1).received.length).toBe(40)
  })
})
