import { type PeerId, peerIdFromBytes } from '@pigeon/xor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ByteReader, ByteWriter, WireError } from './index.ts'

const ID = '00112233445566778899aabbccddeeff00112233' as PeerId

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof WireError) return error.code
    throw error
  }
  return 'nothing thrown'
}

describe('byte reader and writer', () => {
  test('what is written is read back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 255 }),
        fc.integer({ min: 0, max: 65_535 }),
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.maxSafeNat(),
        fc.string({ unit: 'grapheme' }),
        fc.uint8Array({ maxLength: 300 }),
        fc.uint8Array({ minLength: 20, maxLength: 20 }).map(peerIdFromBytes),
        (a, b, c, d, text, bytes, id) => {
          const frame = new ByteWriter(1)
            .u8(a)
            .u16(b)
            .u32(c)
            .u64(d)
            .varuint(d)
            .varuint(a)
            .text(text)
            .bytes(bytes)
            .id(id)
            .raw(bytes)
            .finish()
          const reader = new ByteReader(frame)
          expect(reader.u8()).toBe(a)
          expect(reader.u16()).toBe(b)
          expect(reader.u32()).toBe(c)
          expect(reader.u64()).toBe(d)
          expect(reader.varuint()).toBe(d)
          expect(reader.varuint()).toBe(a)
          expect(reader.text(10_000)).toBe(text)
          expect(reader.bytes(300)).toEqual(bytes)
          expect(reader.id()).toBe(id)
          expect(reader.rest()).toEqual(bytes)
          reader.end()
        },
      ),
    )
  })

  test('numbers are big-endian, varuint is LEB128', () => {
    expect([...new ByteWriter().u16(0x0102).u32(0x03040506).varuint(300).finish()]).toEqual([
      1, 2, 3, 4, 5, 6, 0xac, 0x02,
    ])
    expect([...new ByteWriter().u64(2 ** 32 + 5).finish()]).toEqual([0, 0, 0, 1, 0, 0, 0, 5])
  })

  test('a writer refuses numbers that do not fit', () => {
    expect(() => new ByteWriter().u8(256)).toThrow(RangeError)
    expect(() => new ByteWriter().varuint(-1)).toThrow(RangeError)
    expect(() => new ByteWriter().varuint(2 ** 53)).toThrow(RangeError)
  })

  test('reading stops at the end and at limits, with a code', () => {
    const reader = (...bytes: number[]) => new ByteReader(Uint8Array.from(bytes))
    expect(codeOf(() => reader().u8())).toBe('WIRE_TRUNCATED')
    expect(codeOf(() => reader(1).u16())).toBe('WIRE_TRUNCATED')
    expect(codeOf(() => reader(5, 1, 2).bytes(10))).toBe('WIRE_TRUNCATED')
    expect(codeOf(() => reader(5, 1, 2, 3, 4, 5).bytes(4))).toBe('WIRE_LIMIT')
    expect(codeOf(() => reader(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff).varuint())).toBe(
      'WIRE_LIMIT',
    )
    expect(codeOf(() => reader(0x80, 0x00).varuint())).toBe('WIRE_MALFORMED')
    expect(codeOf(() => reader(2, 0xc3, 0x28).text(10))).toBe('WIRE_MALFORMED')
    expect(codeOf(() => reader(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0).u64())).toBe('WIRE_LIMIT')
    expect(codeOf(() => reader(1).end())).toBe('WIRE_TRAILING')
    expect(codeOf(() => new ByteReader(new ByteWriter().id(ID).finish().subarray(1)).id())).toBe(
      'WIRE_TRUNCATED',
    )
  })

  test('any bytes read as a wire error or a value, never anything else', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.array(fc.nat(7), { maxLength: 12 }),
        (bytes, steps) => {
          const reader = new ByteReader(bytes)
          try {
            for (const step of steps) {
              if (step === 0) reader.u8()
              else if (step === 1) reader.u16()
              else if (step === 2) reader.u32()
              else if (step === 3) reader.u64()
              else if (step === 4) reader.varuint(1000)
              else if (step === 5) reader.bytes(16)
              else if (step === 6) reader.text(16)
              else reader.id()
            }
            reader.end()
          } catch (error) {
            expect(error).toBeInstanceOf(WireError)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })
})
