import { expect, test } from 'vitest'
import { compareBytes, nextKey, prefixEnd } from './bytes.ts'

const bytes = (...all: number[]): Uint8Array => Uint8Array.from(all)

test('bytes are ordered as unsigned numbers, the shorter first', () => {
  const sorted = [bytes(), bytes(0), bytes(0, 0), bytes(1), bytes(1, 255), bytes(127), bytes(128)]
  expect([...sorted].reverse().sort(compareBytes)).toEqual(sorted)
  expect(compareBytes(bytes(1, 2), bytes(1, 2))).toBe(0)
  expect(nextKey(bytes(1, 255))).toEqual(bytes(1, 255, 0))
})

test('a prefix ends where the first key without it comes', () => {
  expect(prefixEnd(bytes(1, 2))).toEqual(bytes(1, 3))
  expect(prefixEnd(bytes(1, 255, 255))).toEqual(bytes(2))
  expect(prefixEnd(bytes(255, 255))).toBeUndefined()
  expect(prefixEnd(bytes())).toBeUndefined()
})
