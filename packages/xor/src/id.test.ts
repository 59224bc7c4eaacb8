import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  assertPeerId,
  isPeerId,
  type PeerId,
  peerIdFromBytes,
  peerIdFromName,
  peerIdToBytes,
  randomPeerId,
} from './index.ts'

const id = fc.uint8Array({ minLength: 20, maxLength: 20 }).map(peerIdFromBytes)

describe('ids', () => {
  test('bytes and text are the same id', () => {
    fc.assert(
      fc.property(id, (one) => {
        expect(isPeerId(one)).toBe(true)
        expect(peerIdFromBytes(peerIdToBytes(one))).toBe(one)
      }),
    )
  })

  test('bytes can be written into a larger array', () => {
    const target = new Uint8Array(24).fill(9)
    peerIdToBytes('00112233445566778899aabbccddeeff00112233' as PeerId, target, 2)
    expect([...target.slice(0, 5), ...target.slice(20)]).toEqual([
      9, 9, 0, 0x11, 0x22, 0x22, 0x33, 9, 9,
    ])
  })

  test('M1 a malformed id is refused with what it got and the way out', () => {
    for (const bad of [
      '',
      'a'.repeat(39),
      'a'.repeat(41),
      'A'.repeat(40),
      `${'a'.repeat(39)}g`,
      7,
      null,
      undefined,
      {},
    ]) {
      expect(isPeerId(bad)).toBe(false)
      expect(() => assertPeerId(bad)).toThrow(/40 lower-case hex characters.*peerIdFromName/)
    }
    expect(() => assertPeerId('alice')).toThrow('"alice" (5 characters)')
    expect(() => assertPeerId('x'.repeat(1_000_000))).toThrow(/1000000 characters/)
  })

  test('a well-formed id is returned as it is', () => {
    expect(assertPeerId('0123456789abcdef0123456789abcdef01234567')).toBe(
      '0123456789abcdef0123456789abcdef01234567',
    )
  })

  test('only 20 bytes make an id', () => {
    expect(() => peerIdFromBytes(new Uint8Array(19))).toThrow(RangeError)
    expect(() => peerIdFromBytes(new Uint8Array(32))).toThrow('got 32')
  })

  test('a name always gives the same id: the start of its SHA-256', () => {
    // FIPS 180-2, appendix B.1
    expect(peerIdFromName('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a3')
    expect(() => peerIdFromName('')).toThrow(RangeError)
  })

  test('a random id is what the source gave', () => {
    expect(randomPeerId({ fill: (bytes) => bytes.fill(0xab) })).toBe('ab'.repeat(20))
  })
})
