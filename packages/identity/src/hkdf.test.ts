import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { expect, test } from 'vitest'
import { deriveKey } from './hkdf.ts'

test('keys are those of RFC 5869, test case 1', () => {
  const key = deriveKey(new Uint8Array(22).fill(0x0b), {
    salt: hexToBytes('000102030405060708090a0b0c'),
    info: hexToBytes('f0f1f2f3f4f5f6f7f8f9'),
    length: 42,
  })
  expect(bytesToHex(key)).toBe(
    '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
  )
})
