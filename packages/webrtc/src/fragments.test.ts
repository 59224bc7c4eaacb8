import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { batch, bye, control, hello, Kind, piece, readFragment } from './fragments.ts'
import { Reassembler } from './reassembler.ts'

const bytes = fc.uint8Array({ maxLength: 300 })

describe('fragments', () => {
  test('a batch reads as the frames it was made of', () => {
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1 }), (frames) => {
        expect(readFragment(batch(frames))).toEqual({ kind: 'batch', frames })
      }),
    )
  })

  test('a piece reads as itself', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.constantFrom('last', 'more', 'bulkLast', 'bulkMore'),
        (bytes, name) => {
          const lane = name.startsWith('bulk') ? 'bulk' : 'prompt'
          const last = name.toLowerCase().endsWith('last')
          expect(readFragment(piece(bytes, Kind[name]))).toEqual({
            kind: 'piece',
            lane,
            bytes,
            last,
          })
        },
      ),
    )
  })

  test.each(['bye', 'evicted', 'rejected', 'failed'] as const)(
    'a farewell keeps its reason: %s',
    (reason) => {
      expect(readFragment(bye(reason))).toEqual({ kind: 'bye', reason })
    },
  )

  test('to the other side local is bye, a timeout failed, and a reason nobody knows yet bye', () => {
    expect(readFragment(bye('local'))).toEqual({ kind: 'bye', reason: 'bye' })
    expect(readFragment(bye('timeout'))).toEqual({ kind: 'bye', reason: 'failed' })
    expect(readFragment(Uint8Array.of(Kind.bye, 99))).toEqual({ kind: 'bye', reason: 'bye' })
    expect(readFragment(Uint8Array.of(Kind.bye))).toEqual({ kind: 'bye', reason: 'bye' })
  })

  test('what a side can do reads as itself, also from one that says nothing of it', () => {
    const versions = { oldest: 1, newest: 1 }
    const nothing = { kind: 'hello', abilities: 0, versions }
    expect(readFragment(hello(5))).toEqual({ kind: 'hello', abilities: 5, versions })
    expect(readFragment(Uint8Array.of(Kind.hello))).toEqual(nothing)
    expect(readFragment(Uint8Array.of(Kind.hello, 0, 2, 4, 9))).toEqual({
      ...nothing,
      versions: { oldest: 2, newest: 4 },
    })
  })

  test('no message is empty, for that would block a channel of werift', () => {
    const all = [control(Kind.ping), bye('local'), piece(new Uint8Array(0), Kind.last), batch([])]
    for (const fragment of all) expect(fragment.length).toBeGreaterThan(0)
  })

  test.each([
    ['nothing', []],
    ['an unknown kind', [10, 1, 2]],
    ['an empty piece that promises more', [Kind.more]],
    ['half a length', [Kind.batch, 0]],
    ['a frame that is cut off', [Kind.batch, 0, 3, 1, 2]],
  ])('makes no sense: %s', (_name, message) => {
    expect(readFragment(Uint8Array.from(message))).toBeUndefined()
  })

  test('any message reads without throwing, and yields no more bytes than it has', () => {
    fc.assert(
      fc.property(bytes, (message) => {
        const fragment = readFragment(message)
        if (fragment?.kind !== 'batch') return
        const size = fragment.frames.reduce((sum, { length }) => sum + length, 0)
        expect(size).toBeLessThan(message.length)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('reassembler', () => {
  test('puts any frame together from any pieces, in memory of its own', () => {
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 20 }), (pieces) => {
        const reassembler = new Reassembler(10_000)
        const frames = pieces.map((part, index) =>
          reassembler.take(part, index === pieces.length - 1),
        )
        const whole = frames.pop() as Uint8Array
        expect(frames.every((frame) => frame === undefined)).toBe(true)
        expect(Buffer.from(whole)).toEqual(Buffer.concat(pieces))
        expect(whole.buffer.byteLength).toBe(whole.length)
        expect(pieces.some((part) => part.buffer === whole.buffer)).toBe(false)
      }),
    )
  })

  test('refuses the first byte above the limit, in one piece or in many', () => {
    expect(new Reassembler(100).take(new Uint8Array(100), true)).toHaveLength(100)
    expect(new Reassembler(100).take(new Uint8Array(101), true)).toBe('too-large')
    const reassembler = new Reassembler(100)
    for (let count = 0; count < 100; count++) {
      expect(reassembler.take(Uint8Array.of(1), false)).toBeUndefined()
    }
    expect(reassembler.take(Uint8Array.of(1), false)).toBe('too-large')
  })
})
