import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytes, sha256 } from '../test/network.ts'
import { RecordKind } from './address.ts'
import { compareRecords, decodeRecord, encodeContent, MAX_VALUE_BYTES } from './record.ts'

const content = fc.record({
  kind: fc.constant(RecordKind.public),
  name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
  seq: fc.nat({ max: 2 }),
  expiresAt: fc.nat({ max: 3 }),
  deleted: fc.constant(false),
  value: fc.uint8Array({ maxLength: 2 }),
})

test('what is encoded is decoded', () => {
  fc.assert(
    fc.property(content, (one) => {
      expect(decodeRecord(encodeContent(one), sha256)).toMatchObject(one)
    }),
  )
})

test('of any records one stands, in whatever order they come', () => {
  fc.assert(
    fc.property(fc.array(content, { minLength: 1, maxLength: 6 }), fc.nat(), (all, seed) => {
      const better = (a: (typeof all)[0], b: (typeof all)[0]) =>
        compareRecords(a, b, sha256) >= 0 ? a : b
      const named = all.map((one) => ({ ...one, name: 'x' }))
      const shuffled = [...named].sort((a, b) => ((a.seq * 31 + seed) % 7) - ((b.seq * 17) % 5))
      const [one, other] = [named.reduce(better), shuffled.reduce(better)]
      expect({ ...one, value: [...one.value] }).toEqual({ ...other, value: [...other.value] })
    }),
    { numRuns: 2000 },
  )
})

test('bytes that are no record are refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (rubbish) => {
      try {
        decodeRecord(rubbish, sha256)
      } catch (error) {
        expect((error as Error).name).toBe('WireError')
      }
    }),
    { numRuns: 2000 },
  )
  const large = { kind: RecordKind.immutable, seq: 0, expiresAt: 1, deleted: false }
  const fits = encodeContent({ ...large, value: new Uint8Array(MAX_VALUE_BYTES) })
  expect(decodeRecord(fits, sha256).value.length).toBe(MAX_VALUE_BYTES)
  const over = encodeContent({ ...large, value: new Uint8Array(MAX_VALUE_BYTES + 1) })
  expect(() => decodeRecord(over, sha256)).toThrow('above')
  const gone = { kind: RecordKind.public, name: 'x', seq: 1, expiresAt: 1, deleted: true }
  expect(() => decodeRecord(encodeContent({ ...gone, value: bytes('x') }), sha256)).toThrow(
    'deleted',
  )
})
