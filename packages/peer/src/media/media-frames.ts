import type { Json } from '../content.ts'

/** The longest description of a stream, characters of JSON. */
const MAX_META_CHARACTERS = 4096

/** The longest id of a stream, characters: browsers make them of 36. */
const MAX_STREAM_ID = 128

/** What one peer tells another of its streams. */
export type MediaFrame =
  | { readonly kind: 'published'; readonly stream: string; readonly meta: Json | undefined }
  | {
      readonly kind: 'muted'
      readonly stream: string
      readonly audio: boolean
      readonly video: boolean
    }
  | { readonly kind: 'ended'; readonly stream: string }

/** @throws RangeError if the description is too long */
export function encodeMediaFrame(frame: MediaFrame): Uint8Array {
  const text = JSON.stringify(frame)
  if (text.length > MAX_META_CHARACTERS + 256) {
    throw new RangeError(`meta has at most ${MAX_META_CHARACTERS} characters of JSON`)
  }
  return new TextEncoder().encode(text)
}

/** What came, or `undefined` if it makes no sense. Never throws. */
export function decodeMediaFrame(bytes: Uint8Array): MediaFrame | undefined {
  if (bytes.length > 4 * MAX_META_CHARACTERS) return undefined
  try {
    return read(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
  } catch {
    return undefined
  }
}

function read(value: unknown): MediaFrame | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { kind, stream, meta, audio, video } = value as Record<string, unknown>
  if (typeof stream !== 'string' || stream === '' || stream.length > MAX_STREAM_ID) return undefined
  if (kind === 'published') return { kind, stream, meta: meta as Json | undefined }
  if (kind === 'ended') return { kind, stream }
  if (kind !== 'muted' || typeof audio !== 'boolean' || typeof video !== 'boolean') return undefined
  return { kind, stream, audio, video }
}
