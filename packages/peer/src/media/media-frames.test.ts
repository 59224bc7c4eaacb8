import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeMediaFrame, encodeMediaFrame, type MediaFrame } from './media-frames.ts'

const stream = fc.string({ minLength: 1, maxLength: 128 })

test('what is told of streams reads as itself', () => {
  const frame = fc.oneof(
    fc.record({
      kind: fc.constant('published' as const),
      stream,
      meta: fc.constantFrom('cam', { a: [1, null] }),
    }),
    fc.record({
      kind: fc.constant('muted' as const),
      stream,
      audio: fc.boolean(),
      video: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('ended' as const), stream }),
  ) as fc.Arbitrary<MediaFrame>
  fc.assert(
    fc.property(frame, (frame) => {
      expect(decodeMediaFrame(encodeMediaFrame(frame))).toEqual(frame)
    }),
  )
})

test('any bytes read without throwing, and rubbish as nothing', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeMediaFrame(bytes)))
  const rubbish = [
    '',
    'null',
    '[]',
    '{"kind":"published"}',
    '{"kind":"muted","stream":"a"}',
    '{"kind":"x","stream":"a"}',
  ]
  for (const text of [...rubbish, JSON.stringify({ kind: 'ended', stream: 'a'.repeat(129) })]) {
    expect(decodeMediaFrame(new TextEncoder().encode(text))).toBeUndefined()
  }
})

test('a description has an end', () => {
  const frame = (length: number) =>
    ({ kind: 'published', stream: 'a', meta: 'm'.repeat(length) }) as const
  expect(() => encodeMediaFrame(frame(5000))).toThrow(RangeError)
  expect(decodeMediaFrame(encodeMediaFrame(frame(4000)))).toEqual(frame(4000))
})
