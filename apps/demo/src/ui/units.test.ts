import { expect, test } from 'vitest'
import { bytes, hex, seconds } from './units.ts'

test('numbers are written as people read them', () => {
  expect([0, 999, 1000, 1_234_567, 250_000_000].map(bytes)).toEqual([
    '0 bytes',
    '999 bytes',
    '1.0 kB',
    '1.2 MB',
    '250 MB',
  ])
  expect(seconds(2340)).toBe('2.3 s')
  expect(hex(Uint8Array.of(0, 255))).toBe('00ff')
})
