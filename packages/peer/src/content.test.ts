import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Content, decodeContent, encodeContent } from './content.ts'

test('M8 any JSON value comes back equal', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const decoded = decodeContent(encodeContent(value as Content))
      expect(decoded?.content).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('M8 bytes of any view come back as just those bytes', () => {
  const buffer = Uint8Array.from({ length: 32 }, (_, index) => index).buffer
  const views = [
    buffer,
    new Uint8Array(buffer, 4, 8),
    new Uint16Array(buffer, 4, 4),
    new DataView(buffer, 4, 8),
    new Float64Array(buffer, 8, 1),
  ]
  for (const view of views) {
    const { byteOffset, byteLength } = ArrayBuffer.isView(view)
      ? view
      : { byteOffset: 0, byteLength: 32 }
    expect(decodeContent(encodeContent(view))?.content).toEqual(
      new Uint8Array(buffer, byteOffset, byteLength),
    )
  }
})

test('what is neither JSON nor bytes is refused', () => {
  for (const wrong of [undefined, () => 1, Symbol('x')]) {
    expect(() => encodeContent(wrong as never)).toThrow(TypeError)
  }
})

test('bytes that hold no content give nothing', () => {
  const bytes = (...values: number[]) => Uint8Array.from(values)
  for (const wrong of [bytes(), bytes(2), bytes(1), bytes(1, 123), bytes(1, 0xff, 0xfe)]) {
    expect(decodeContent(wrong)).toBeUndefined()
  }
})

test('the direct messages of layers above are no content', () => {
  expect(decodeContent(Uint8Array.of(2, 0))).toBeUndefined()
})
