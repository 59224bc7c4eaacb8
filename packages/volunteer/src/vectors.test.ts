import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { decodeFrame, encodeFrame, type Frame } from './frames.ts'
import { codeHash, decodeValue, encodeValue, signable } from './index.ts'

interface Vectors {
  readonly frames: readonly { name: string; frame: string; value: unknown }[]
  readonly refused: readonly { name: string; frame: string }[]
  readonly values: readonly { bytes: string; json: unknown }[]
  readonly code: { text: string; hash: string; signable: string }
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../vectors.json', import.meta.url), 'utf8'),
)

const fromHex = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** Bytes as hex, so that JSON can say them. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_key, one) =>
    typeof one === 'object' && one !== null && '$' in one ? one.$ : one,
  )
const said = (frame: Frame): unknown =>
  plain(
    JSON.parse(
      JSON.stringify(frame, (_key, one) => (one instanceof Uint8Array ? { $: toHex(one) } : one)),
    ),
  )

describe('vectors.json', () => {
  test.each(vectors.frames)('$name', ({ frame, value }) => {
    const decoded = decodeFrame(fromHex(frame))
    expect(said(decoded)).toEqual(value)
    expect(toHex(encodeFrame(decoded))).toBe(frame)
  })

  test.each(vectors.refused)('refused: $name', ({ frame }) => {
    expect(() => decodeFrame(fromHex(frame))).toThrow()
  })

  test.each(vectors.values)('the value $bytes', ({ bytes, json }) => {
    const value = decodeValue(fromHex(bytes))
    const shown: unknown = value instanceof Uint8Array ? { bytes: toHex(value) } : (value ?? null)
    expect(shown).toEqual(json)
    expect(toHex(encodeValue(value))).toBe(bytes)
  })

  test('code', () => {
    const { text, hash, signable: signed } = vectors.code
    expect(codeHash(text)).toBe(hash)
    expect(new TextDecoder().decode(signable(codeHash(text)))).toBe(signed)
  })
})
