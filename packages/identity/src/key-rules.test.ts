import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nobleCrypto, webCrypto } from './fixtures/engines.ts'
import { X25519, X25519_REFUSED } from './fixtures/rfc-vectors.ts'
import { isReceivingKey, isSigningKey, isVerifiable } from './key-rules.ts'
import { systemCrypto } from './system-node.ts'

const { Point } = ed25519
const ORDER = Point.Fn.ORDER
const torsion = ED25519_TORSION_SUBGROUP.map((hex) => Point.fromBytes(hexToBytes(hex)))

const toBytes = (value: bigint): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * index)) & 255n))
const toNumber = (bytes: Uint8Array): bigint =>
  bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)

/** A signature by somebody who adds points of small order to key and R, and knows the scalars. */
function forge(a: bigint, r: bigint, keyTorsion: number, rTorsion: number, message: Uint8Array) {
  const add = (scalar: bigint, index: number): Uint8Array =>
    Point.BASE.multiply(scalar)
      .add(torsion[index] as (typeof torsion)[number])
      .toBytes()
  const key = add(a, keyTorsion)
  const point = add(r, rTorsion)
  const k = toNumber(sha512(concatBytes(point, key, message))) % ORDER
  return { key, signature: concatBytes(point, toBytes((r + k * a) % ORDER)) }
}

const scalar = fc.bigInt({ min: 1n, max: ORDER - 1n })

describe('which signatures are accepted', () => {
  test('all engines say the same of points with a part of small order', async () => {
    const web = webCrypto()
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(
        scalar,
        scalar,
        fc.nat(7),
        fc.nat(7),
        fc.uint8Array({ maxLength: 40 }),
        async (a, r, keyTorsion, rTorsion, message) => {
          const { key, signature } = forge(a, r, keyTorsion, rTorsion, message)
          const found = await Promise.all(
            [systemCrypto, web, nobleCrypto].map((one) => one.verify(message, signature, key)),
          )
          expect(new Set(found).size).toBe(1)
          if (found[0]) accepted++
        },
      ),
      { numRuns: 300, examples: [[5n, 7n, 0, 0, new Uint8Array(3)]] },
    )
    expect(accepted).toBeGreaterThan(1)
  })

  test('all engines say the same of any bytes', async () => {
    const web = webCrypto()
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        async (key, signature) => {
          signature[63] = (signature[63] as number) & 0x0f
          const message = new Uint8Array(1)
          const found = await Promise.all(
            [systemCrypto, web, nobleCrypto].map((one) => one.verify(message, signature, key)),
          )
          expect(found).toEqual([false, false, false])
        },
      ),
      { numRuns: 200 },
    )
  })

  test('none of the eight points of small order is a key, in any form', () => {
    for (const point of torsion) {
      const key = point.toBytes()
      expect(isSigningKey(key)).toBe(false)
      key[31] = (key[31] as number) ^ 0x80
      expect(isSigningKey(key)).toBe(false)
    }
  })

  test('a key at or above the field is none, the largest below is', () => {
    for (const [low, accepted] of [
      [0xeb, true],
      [0xed, false],
      [0xff, false],
    ] as const) {
      const key = new Uint8Array(32).fill(0xff)
      key[0] = low
      expect(isSigningKey(key)).toBe(accepted)
      key[31] = 0x7f
      expect(isSigningKey(key)).toBe(accepted)
    }
  })

  test('S is below the order of the group', () => {
    const { key, signature } = forge(5n, 7n, 0, 0, new Uint8Array(0))
    expect(isVerifiable(signature, key)).toBe(true)
    signature.set(toBytes(ORDER - 1n), 32)
    expect(isVerifiable(signature, key)).toBe(true)
    signature.set(toBytes(ORDER), 32)
    expect(isVerifiable(signature, key)).toBe(false)
  })
})

test('a receiving key has one form and no small order', () => {
  for (const { point } of X25519) expect(isReceivingKey(hexToBytes(point))).toBe(true)
  for (const point of X25519_REFUSED) expect(isReceivingKey(hexToBytes(point))).toBe(false)
})

test('a key is looked at and not changed, also where it is a Buffer', () => {
  const key = Buffer.alloc(32, 0xfe)
  isSigningKey(key)
  expect(key).toEqual(Buffer.alloc(32, 0xfe))
})
