import { LinkTransport } from '@pigeon/transport'
import { connect, MemoryNetwork } from '@pigeon/transport/memory'
import { ManualClock, seededRandom } from '@pigeon/transport/testing'
import { type PeerId, randomPeerId } from '@pigeon/xor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Gossip, type GossipMessage, type GossipOptions } from './index.ts'
import { encodeData } from './message.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (value: Uint8Array) => new TextDecoder().decode(value)

interface Node {
  id: PeerId
  gossip: Gossip
  transport: LinkTransport
  received: GossipMessage[]
  rejected: string[]
}

/** Peers in memory, linked as `edges` says. */
function network(
  count: number,
  edges: readonly (readonly [number, number])[],
  options: Partial<GossipOptions> & { windowBytes?: number } = {},
) {
  const clock = new ManualClock(1_000_000)
  const random = seededRandom(1)
  const memory = new MemoryNetwork({
    clock,
    latencyMs: 10,
    windowBytes: options.windowBytes ?? 131_072,
  })
  const nodes: Node[] = Array.from({ length: count }, () => {
    const id = randomPeerId(random)
    const transport = new LinkTransport(id, memory.maxFrameBytes)
    const gossip = new Gossip({ transport, clock, random, ...options })
    const node: Node = { id, gossip, transport, received: [], rejected: [] }
    gossip.on('message', (message) => node.received.push(message))
    gossip.on('rejected', (_from, reason) => node.rejected.push(reason))
    return node
  })
  for (const [a, b] of edges) connect(memory, node(a).transport, node(b).transport)
  clock.advance(100)
  function node(index: number): Node {
    const found = nodes[index]
    if (found === undefined) throw new Error(`no node ${index}`)
    return found
  }
  return { clock, nodes, node }
}

const line = (count: number) =>
  Array.from({ length: count - 1 }, (_, index) => [index, index + 1] as const)

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
      fc.property(graph, fc.nat(), ([count, parents, more], publisher) => {
        const tree = parents
          .slice(1)
          .map((parent, index) => [parent % (index + 1), index + 1] as const)
        const keys = new Set(tree.map(([a, b]) => `${a},${b}`))
        const extra = more.filter(([a, b]) => {
          const key = `${Math.min(a, b)},${Math.max(a, b)}`
          return a !== b && !keys.has(key) && keys.add(key) !== undefined
        })
        const { nodes, node, clock } = network(count, [...tree, ...extra])
        const author = node(publisher % count)
        const id = author.gossip.publish('chat', bytes('hello'))
        clock.advance(1000)
        for (const { received } of nodes.filter((one) => one !== author)) {
          expect(received.map((message) => [message.id, text(message.payload)])).toEqual([
            [id, 'hello'],
          ])
        }
        expect(author.received).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  test('hops, ttl, timestamp and the traced path say how it came', () => {
    const { node, nodes, clock } = network(4, line(4))
    node(0).gossip.publish('chat', bytes('x'), { tracePath: true })
    clock.advance(100)
    expect(node(3).received[0]).toMatchObject({
      topic: 'chat',
      author: node(0).id,
      from: node(2).id,
      hops: 3,
      ttl: 29,
      timestamp: 1_000_100,
      path: nodes.slice(0, 3).map(({ id }) => id),
    })
    node(0).gossip.publish('chat', bytes('y'))
    clock.advance(100)
    expect(node(3).received[1]?.path).toBeUndefined()
  })

  test('a message goes as many hops as its ttl', () => {
    const { node, clock } = network(5, line(5))
    node(0).gossip.publish('chat', bytes('x'), { ttl: 2 })
    clock.advance(100)
    expect([1, 2, 3, 4].map((index) => node(index).received.length)).toEqual([1, 1, 0, 0])
  })

  test('equal payloads are different messages', () => {
    const { node, clock } = network(2, line(2))
    const ids = [
      node(0).gossip.publish('chat', bytes('x')),
      node(0).gossip.publish('chat', bytes('x')),
    ]
    clock.advance(100)
    expect(node(1).received.map(({ id }) => id)).toEqual(ids)
    expect(new Set(ids).size).toBe(2)
  })

  test('wrong use is refused with what it got', () => {
    const { gossip, transport } = network(1, []).node(0)
    expect(() => gossip.publish('', bytes('x'))).toThrow(/topic has 1 to 128 bytes/)
    expect(() => gossip.publish('é'.repeat(65), bytes('x'))).toThrow(RangeError)
    gossip.publish('é'.repeat(64), bytes('x'))
    expect(() => gossip.publish('t', new Uint8Array(65_537))).toThrow(
      /at most 65536 bytes, got 65537/,
    )
    expect(() => gossip.publish('t', bytes('x'), { ttl: 0 })).toThrow('1 to 255, got 0')
    const clock = new ManualClock()
    expect(() => new Gossip({ transport, clock, random: seededRandom(1), ttl: 256 })).toThrow(
      RangeError,
    )
  })
})

describe('proofs and validation', () => {
  const sign = (content: Uint8Array) =>
    Uint8Array.of(content.reduce((sum, byte) => sum + byte, 0) & 255)
  const verify = (content: Uint8Array, proof: Uint8Array) => proof[0] === sign(content)[0]

  test.each([
    ['at once', sign, verify],
    [
      'later',
      async (c: Uint8Array) => sign(c),
      async (c: Uint8Array, p: Uint8Array) => verify(c, p),
    ],
  ])('a proof made and checked %s lets the message through', async (_when, signer, verifier) => {
    const { node, clock } = network(3, line(3), { sign: signer, verify: verifier })
    node(0).gossip.publish('chat', bytes('signed'))
    await expect
      .poll(() => {
        clock.advance(10)
        return node(2).received.length
      })
      .toBe(1)
  })

  test('rubbish sent ahead under an author’s next number does not keep out the message', () => {
    const { node, clock } = network(
      3,
      [
        [0, 1],
        [1, 2],
      ],
      { sign, verify },
    )
    const [author, victim, attacker] = [node(0), node(1), node(2)]
    for (const payload of ['rubbish', 'more rubbish']) {
      attacker.transport.send(
        victim.id,
        encodeData({
          content: {
            author: author.id,
            epoch: 1_000_000,
            sequence: 1,
            timestamp: 1_000_000,
            topic: 'chat',
            payload: bytes(payload),
          },
          proof: Uint8Array.of(1, 2),
          hops: 1,
          ttl: 5,
          path: undefined,
        }),
      )
    }
    clock.advance(100)
    expect(victim.rejected).toEqual(['forged', 'forged'])
    author.gossip.publish('chat', bytes('real'))
    clock.advance(100)
    expect(victim.received.map(({ payload }) => text(payload))).toEqual(['real'])
  })

  test('a validator decides who gets what', async () => {
    const { node, clock } = network(3, line(3), {
      validate: async ({ payload }) =>
        ({ good: 'accept', dull: 'ignore', bad: 'reject' })[text(payload)] as 'accept',
    })
    for (const payload of ['good', 'dull', 'bad']) node(0).gossip.publish('chat', bytes(payload))
    await expect
      .poll(() => {
        clock.advance(10)
        return node(2).received.length
      })
      .toBe(1)
    expect(node(1).received.map(({ payload }) => text(payload))).toEqual(['good'])
    expect(node(1).rejected).toEqual(['invalid'])
  })

  test('a check that throws counts as failed', () => {
    const { node, clock } = network(2, line(2), {
      verify: () => {
        throw new Error('broken verifier')
      },
    })
    node(0).gossip.publish('chat', bytes('x'))
    clock.advance(100)
    expect(node(1).received).toEqual([])
    expect(node(1).rejected).toEqual(['forged'])
  })

  test('open checks are bounded: what comes on top is dropped and counted', async () => {
    const settle: ((value: boolean) => void)[] = []
    const { node, clock } = network(2, line(2), {
      pendingLimit: 5,
      verify: () => new Promise((resolve) => settle.push(resolve)),
    })
    for (let index = 0; index < 8; index++) node(0).gossip.publish('chat', bytes('x'))
    clock.advance(100)
    expect(settle.length).toBe(5)
    expect(node(1).gossip.stats.dropped).toBe(3)
    for (const one of settle) one(true)
    await expect.poll(() => node(1).received.length).toBe(5)
  })
})

describe('limits', () => {
  test('the seen cache forgets the oldest', () => {
    const { node, clock } = network(2, line(2), { seenLimit: 10 })
    const frames: Uint8Array[] = []
    const { send } = node(0).transport
    node(0).transport.send = (to, frame) => {
      frames.push(frame)
      return send.call(node(0).transport, to, frame)
    }
    for (let index = 0; index < 12; index++) node(0).gossip.publish('chat', bytes(`${index}`))
    clock.advance(100)
    const replay = (index: number) =>
      send.call(node(0).transport, node(1).id, frames[index] as Uint8Array)
    replay(11)
    clock.advance(100)
    expect(node(1).received.length).toBe(12)
    replay(0)
    clock.advance(100)
    expect(node(1).received.length).toBe(13)
  })

  test('for a neighbour that does not keep up the oldest frames are dropped, the newest arrive', () => {
    const { node, clock } = network(2, line(2), { windowBytes: 1000, queueBytes: 5000 })
    for (let index = 0; index < 100; index++) {
      node(0).gossip.publish('chat', new Uint8Array(1000).fill(index))
    }
    clock.advance(5000)
    const { published, dropped } = node(0).gossip.stats
    const arrived = node(1).received.map(({ payload }) => payload[0])
    expect(arrived.length + dropped).toBe(published)
    expect(arrived.slice(-4)).toEqual([96, 97, 98, 99])
    expect(arrived.length).toBeLessThanOrEqual(6)
  })

  test('bytes that make no sense are rejected and counted', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 120 }), { maxLength: 40 }), (rubbish) => {
        const { node, clock } = network(2, line(2))
        for (const frame of rubbish) node(0).transport.send(node(1).id, frame)
        node(0).gossip.publish('chat', bytes('fine'))
        clock.advance(100)
        expect(text(node(1).received.at(-1)?.payload ?? new Uint8Array())).toBe('fine')
      }),
      { numRuns: 200 },
    )
  })

  test('after close nothing is delivered and the transport is free', () => {
    const { node, clock } = network(2, line(2))
    node(1).gossip.close()
    node(0).gossip.publish('chat', bytes('x'))
    clock.advance(100)
    expect(node(1).received).toEqual([])
  })
})
