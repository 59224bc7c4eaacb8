import { expect, test } from 'vitest'
import { keyBytes, keyText } from './key.ts'

test('text goes to bytes and back', () => {
  for (const text of ['', 'a', 'é€😀', '\ufeffmark', '\0'])
    expect(keyText(keyBytes(text))).toBe(text)
})

test('bytes that are no text are not taken for any', () => {
  expect(() => keyText(Uint8Array.of(0xff))).toThrow(TypeError)
})
