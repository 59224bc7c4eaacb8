import { seededRandom } from '@pigeon/transport/testing'
import { type PeerId, randomPeerId } from '@pigeon/xor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Forest } from '../test/forest.ts'
import type { TreeNode } from './index.ts'
import { decodeJoin, encodeJoin } from './join-request.ts'
import { decodeLetter, encodeLetter, type Letter } from './letters.ts'
import { decodePulse, encodePulse } from './pulse.ts'
import { decodeStatus, encodeStatus } from './status.ts'

const id = fc.integer().map((seed) => randomPeerId(seededRandom(seed)))
const ids = fc.array(id, { maxLength: 8 })
const blob = fc.uint8Array({ maxLength: 100 })
const small = fc.nat({ max: 255 })

describe('what goes over the wire', () => {
  test('comes out as it went in', () => {
    const join = fc.record({
      id: fc.nat({ max: 2 ** 31 }),
      origin: id,
      hops: small,
      why: fc.nat({ max: 3 }),
      relayed: fc.boolean(),
      nodes: fc.nat(),
      height: small,
      tried: ids,
      dead: fc.option(id, { nil: undefined }),
      generation: fc.constant(0),
      ticket: blob,
      offer: blob,
    })
    fc.assert(
      fc.property(join, (value) => {
        expect(decodeJoin(encodeJoin(value), 100)).toEqual(value)
      }),
    )
    const pulse = fc.record({
      rooted: fc.boolean(),
      term: fc.nat(),
      seq: fc.nat(),
      root: id,
      proof: blob,
      generation: fc.nat(),
      path: ids,
      kin: ids,
      aunts: ids,
    })
    fc.assert(
      fc.property(pulse, (value) => {
        expect(decodePulse(encodePulse(value))).toEqual(value)
      }),
    )
    const status = fc.record({
      room: fc.boolean(),
      nodes: fc.nat(),
      leaves: fc.nat(),
      height: small,
      estimate: fc.nat(),
      seen: fc.nat(),
      spares: fc.array(id, { maxLength: 2 }),
      kin: ids,
    })
    fc.assert(
      fc.property(status, (value) => {
        expect(decodeStatus(encodeStatus(value))).toEqual(value)
      }),
    )
    const letter: fc.Arbitrary<Letter> = fc.oneof(
      fc.record({
        kind: fc.constant('orphan' as const),
        path: ids,
        generation: fc.nat(),
        spares: ids,
        as: fc.option(id, { nil: undefined }),
        orphan: id,
      }),
      fc.record({ kind: fc.constant('answer' as const), id: fc.nat(), bytes: blob }),
      fc.record({
        kind: fc.constant('promote' as const),
        dead: id,
        generation: fc.nat(),
        kin: ids,
      }),
      fc.record({ kind: fc.constant('move' as const), dead: id, generation: fc.nat(), to: id }),
      fc.record({
        kind: fc.constant('pending' as const),
        dead: id,
        generation: fc.nat(),
        willing: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('pull' as const), to: id }),
      fc.record({ kind: fc.constant('relay' as const), id: fc.nat(), op: small, bytes: blob }),
    )
    fc.assert(
      fc.property(letter, (value) => {
        expect(decodeLetter(encodeLetter(value), 100)).toEqual(value)
      }),
    )
  })

  test('may be anything: nothing crashes, and the tree stays', () => {
    const forest = Forest.grown(20)
    const node = forest.nodes[1] as TreeNode
    const stranger = forest.trees.world(randomPeerId(seededRandom(99)))
    const random = forest.simulation.random('fuzz')
    const before = forest.root.getStats().rejected
    for (let round = 0; round < 20_000; round++) {
      const letter = random.fill(new Uint8Array(random.below(120)))
      const kinds = [0x14, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29]
      if (letter.length > 0) letter[0] = kinds[random.below(kinds.length)] as number
      stranger.bootstrap.send(round % 2 ? node.id : forest.root.id, letter)
      if (round % 1000 === 999) forest.run(200)
    }
    forest.run(10_000)
    expect(forest.root.getStats().rejected).toBeGreaterThan(before)
    expect(forest.astray).toBe(0)
  })

  test('frames of a child, too', () => {
    const forest = Forest.grown(5)
    const random = forest.simulation.random('fuzz')
    const node = forest.nodes[1] as TreeNode
    let failed: unknown
    forest.root.on('data', () => {})
    try {
      for (let round = 0; round < 2000; round++) {
        node.parent?.send(random.fill(new Uint8Array(random.below(60))))
      }
      forest.run(2000)
    } catch (error) {
      failed = error
    }
    expect(failed).toBeUndefined()
    expect(forest.astray).toBe(0)
  })
})

describe('limits', () => {
  test.each([
    ['maxDegree', 251],
    ['requestTimeoutMs', 0],
    ['pulseMs', 1.5],
    ['storedRequests', -1],
  ])('%s is not %d', (name, value) => {
    const forest = new Forest()
    expect(() => forest.add({ [name]: value })).toThrow(RangeError)
  })

  test('no more requests are stored than the option says; the others ask again and get in', () => {
    const forest = new Forest({ tree: { storedRequests: 20 } })
    forest.crown()
    forest.grow(200)
    forest.run(150)
    const { stored, dropped } = forest.root.getStats()
    expect(stored).toBe(20)
    expect(dropped).toBeGreaterThan(100)
    forest.run(10_000)
    expect(forest.astray).toBe(0)
  })

  test('strangers cannot flood a node with letters', () => {
    const forest = Forest.grown(1, { tree: { letterRate: 10 } })
    const stranger = forest.trees.world('00'.repeat(20) as PeerId)
    for (let count = 0; count < 1000; count++)
      stranger.bootstrap.send(forest.root.id, Uint8Array.of(1))
    const before = forest.root.getStats().rejected
    forest.run(100)
    expect(forest.root.getStats().rejected - before).toBe(1000)
    expect(forest.astray).toBe(0)
  })

  test('T1 never more children than maxDegree, whatever comes', () => {
    const forest = new Forest({ tree: { maxDegree: 3 } })
    forest.crown()
    for (let round = 0; round < 20; round++) {
      forest.grow(10)
      forest.run(300)
      expect(Math.max(...forest.nodes.map((node) => node.childrenNb))).toBeLessThanOrEqual(3)
    }
  })
})
