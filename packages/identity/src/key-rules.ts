import { hexToBytes as fromHex } from '@noble/hashes/utils.js'
import { KEY_BYTES, SIGNATURE_BYTES } from './engine.ts'

/**
 * Which keys and signatures are looked at, the same for every engine.
 *
 * RFC 8032 leaves room where implementations differ. All are made to agree by refusing, before the
 * engine is asked, what some of them take and others do not; for the rest every engine here computes
 * the equation without the cofactor and compares the encoded point, so that a signature is accepted
 * by all or by none.
 * @see Chalkias, Garillot & Nikolaenko 2020, Taming the many EdDSAs
 * @module
 */

/** Ed25519 points of small order, as the 255 bits of y, little-endian: anybody can sign for them. */
const SMALL_ORDER_Y: readonly Uint8Array[] = [
  fromHex('0000000000000000000000000000000000000000000000000000000000000000'),
  fromHex('0100000000000000000000000000000000000000000000000000000000000000'),
  fromHex('ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
  fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
  fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'),
]

/** X25519 points of small order on the curve and its twist: they lead to a secret all know. */
const SMALL_ORDER_U: readonly Uint8Array[] = [
  fromHex('0000000000000000000000000000000000000000000000000000000000000000'),
  fromHex('0100000000000000000000000000000000000000000000000000000000000000'),
  fromHex('ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
  fromHex('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'),
  fromHex('5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157'),
]

/** 2^255 - 19, little-endian. */
const FIELD = fromHex('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f')

/** The order of the group, little-endian. */
const ORDER = fromHex('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010')

/**
 * Whether 32 bytes are acceptable as an Ed25519 public key: y is below 2^255 - 19, and the point has
 * no small order. That it lies on the curve is seen when a signature is checked.
 */
export function isSigningKey(key: Uint8Array): boolean {
  if (key.length !== KEY_BYTES) return false
  // A Buffer's own `slice` would not copy.
  const y = new Uint8Array(key)
  y[31] = (y[31] as number) & 0x7f
  return isBelow(y, FIELD) && !SMALL_ORDER_Y.some((small) => isEqual(small, y))
}

/**
 * Whether a signature is looked at at all: the key is {@link isSigningKey}, the signature's point R
 * is held to the same rule, and its scalar S is below the order of the group.
 */
export function isVerifiable(signature: Uint8Array, key: Uint8Array): boolean {
  return (
    signature.length === SIGNATURE_BYTES &&
    isSigningKey(key) &&
    isSigningKey(signature.subarray(0, 32)) &&
    isBelow(signature.subarray(32), ORDER)
  )
}

/**
 * Whether 32 bytes are acceptable as an X25519 public key: u is below 2^255 - 19, with the top bit
 * clear, and the point has no small order. So each key has one form, which can be compared.
 */
export function isReceivingKey(key: Uint8Array): boolean {
  return (
    key.length === KEY_BYTES &&
    isBelow(key, FIELD) &&
    !SMALL_ORDER_U.some((small) => isEqual(small, key))
  )
}

/** Public values only: takes less time if they differ early. */
function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, index) => byte === b[index])
}

/** Compares little-endian numbers of 32 bytes. */
function isBelow(a: Uint8Array, limit: Uint8Array): boolean {
  for (let index = 31; index >= 0; index--) {
    const difference = (a[index] as number) - (limit[index] as number)
    if (difference !== 0) return difference < 0
  }
  return false
}
