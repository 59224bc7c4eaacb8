import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytes, line, TestNetwork, text } from '../test/network.ts'
import { Gossip } from './index.ts'

describe('broadcast', () => {
  test('M8 a message reaches everyone but its sender exactly once, in any connected graph', () => {
    const graph = fc
      .integer({ min: 2, max: 30 })
      .chain((count) =>
        fc.tuple(
          fc.constant(count),
          fc.array(fc.nat(), { minLength: count, maxLength: count }),
          fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: count * 2 }),
        ),
      )
    fc.assert(
      fc.property(graph, fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), (drawn, authors) => {
        const [count, parents, more] = drawn
        const tree = parents
          .slice(1)
          .map((parent, index): [number, number] => [parent % (index + 1), index + 1])
        const network = new TestNetwork(count, [...tree, ...more.filter(([a, b]) => a !== b)])
        const ids = authors.map((author, index) => {
          const id = network.publish(author % count, `message ${index}`)
          network.run(700)
          return id
        })
        network.run(2000)
        for (const [index, { received }] of network.peers.entries()) {
          const due = ids.filter((_, message) => (authors[message] as number) % count !== index)
          expect(received.map(({ id }) => id).sort()).toEqual(due.sort())
        }
      }),
      { numRuns: 60 },
    )
  })

  test('hops, ttl, timestamp and the traced path say how it came', () => {
    const network = new TestNetwork(4, line(4))
    network.publish(0, 'x', { tracePath: true })
    network.run(100)
    expect(network.peer(3).received[0]).toMatchObject({
      topic: 'chat',
      author: network.peer(0).id,
      from: network.peer(2).id,
      hops: 3,
      ttl: 29,
      timestamp: network.simulation.startAt + 100,
      path: network.peers.slice(0, 3).map(({ id }) => id),
    })
    network.publish(0, 'y')
    network.run(100)
    expect(network.peer(3).received[1]?.path).toBeUndefined()
  })

  test('a message goes as many hops as its ttl', () => {
    const network = new TestNetwork(6, line(6))
    for (const ttl of [1, 2, 4]) network.publish(0, `${ttl}`, { ttl })
    network.run(5000)
    expect([1, 2, 3, 4, 5].map((index) => network.texts(index))).toEqual([
      ['1', '2', '4'],
      ['2', '4'],
      ['4'],
      ['4'],
      [],
    ])
  })

  test('equal payloads are different messages', () => {
    const network = new TestNetwork(2, line(2))
    const ids = [network.publish(0, 'x'), network.publish(0, 'x')]
    network.run(100)
    expect(network.peer(1).received.map(({ id }) => id)).toEqual(ids)
    expect(new Set(ids).size).toBe(2)
  })

  test('wrong use is refused with what it got', () => {
    const network = new TestNetwork(1, [])
    const { gossip, transport } = network.peer(0)
    expect(() => gossip.publish('', bytes('x'))).toThrow(/topic has 1 to 128 bytes/)
    expect(() => gossip.publish('é'.repeat(65), bytes('x'))).toThrow(RangeError)
    gossip.publish('é'.repeat(64), bytes('x'))
    expect(() => gossip.publish('t', new Uint8Array(65_537))).toThrow(
      /at most 65536 bytes, got 65537/,
    )
    expect(() => gossip.publish('t', bytes('x'), { ttl: 0 })).toThrow('1 to 255, got 0')
    const { clock, random } = network.network.host(network.peer(0).id)
    expect(() => new Gossip({ transport, clock, random, ttl: 256 })).toThrow(
      'ttl is a whole number from 1 to 255, got 256',
    )
  })

  test('after close nothing is delivered, sent or waited for', () => {
    const network = new TestNetwork(8, line(8))
    network.publish(0, 'x')
    network.run(100)
    for (const { gossip } of network.peers) gossip.close()
    network.peer(0).gossip.publish('chat', bytes('y'))
    const sent = network.sent.length
    network.run(100)
    expect(network.texts(1)).toEqual(['x'])
    expect(network.sent.length).toBe(sent)
    expect(network.simulation.pending).toBe(0)
  })

  test('a payload of the largest size passes', () => {
    const network = new TestNetwork(3, line(3))
    network.peer(0).gossip.publish('chat', new Uint8Array(65_536).fill(7))
    network.run(1000)
    expect(network.peer(2).received[0]?.payload).toEqual(new Uint8Array(65_536).fill(7))
    expect(text(bytes('ok'))).toBe('ok')
  })
})
