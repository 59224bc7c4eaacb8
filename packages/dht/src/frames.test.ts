import type { PeerId } from '@pigeon/xor'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Address } from './address.ts'
import { decodeFrame, encodeFrame, type Frame, Kind, MAX_TOLD } from './frames.ts'
import { hexOf } from './hex.ts'

const id = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((one) => hexOf(one) as PeerId)
const name = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((one) => String.fromCharCode(...one))
const byte = fc.nat({ max: 255 })
const body = fc.uint8Array({ maxLength: 50 })
const trace = fc.option(fc.array(id, { maxLength: 32 }), { nil: undefined })
const told = fc.record({ id, depth: fc.integer({ min: 1, max: 3 }), settled: fc.boolean() })

const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({
    kind: fc.constant(Kind.view),
    settled: fc.boolean(),
    told: fc.array(told, { maxLength: MAX_TOLD }),
  }),
  fc.record({
    ...{
      id: name,
      place: id,
      plain: fc.boolean(),
      any: fc.boolean(),
      exact: fc.boolean(),
      hops: byte,
      op: byte,
    },
    ...{
      kind: fc.constant(Kind.request),
      trace,
      body,
    },
  }),
  fc.record({ kind: fc.constant(Kind.reply), id: name, hops: byte, trace, body }),
  fc.record({ kind: fc.constant(Kind.back), id: name }),
  fc.record({
    ...{ kind: fc.constant(Kind.notify), hops: byte, to: fc.array(id, { maxLength: 64 }) },
    address: fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((hash) => `03${hexOf(hash)}` as Address),
    record: body,
  }),
)

test('what is encoded is decoded', () => {
  fc.assert(
    fc.property(frame, (one) => {
      expect(decodeFrame(encodeFrame(one))).toEqual(one)
    }),
    { numRuns: 1000 },
  )
})

test('bytes that are no frame are refused, and nothing else happens', () => {
  const rubbish = fc.tuple(fc.integer({ min: 0x30, max: 0x36 }), fc.uint8Array({ maxLength: 120 }))
  fc.assert(
    fc.property(rubbish, ([kind, rest]) => {
      try {
        decodeFrame(Uint8Array.of(kind, ...rest))
      } catch (error) {
        expect((error as Error).name).toBe('WireError')
      }
    }),
    { numRuns: 5000 },
  )
})
