/** Anything JSON can say. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json }

/** What a message holds: a JSON value, or bytes of any view. */
export type Content = Json | ArrayBuffer | ArrayBufferView

const BYTES = 0
const JSON_TEXT = 1

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * One byte for the kind, then the bytes or the UTF-8 JSON.
 * @throws TypeError for what is neither JSON nor bytes
 */
export function encodeContent(content: Content): Uint8Array {
  if (content instanceof ArrayBuffer) return tagged(BYTES, new Uint8Array(content))
  if (ArrayBuffer.isView(content)) {
    const { buffer, byteOffset, byteLength } = content
    return tagged(BYTES, new Uint8Array(buffer, byteOffset, byteLength))
  }
  const text = JSON.stringify(content) as string | undefined
  if (text === undefined) {
    throw new TypeError(`a message is a JSON value or bytes, got ${typeof content}`)
  }
  return tagged(JSON_TEXT, encoder.encode(text))
}

/** @returns undefined if the bytes are no content; bytes come back as a Uint8Array */
export function decodeContent(bytes: Uint8Array): { content: Json | Uint8Array } | undefined {
  if (bytes[0] === BYTES) return { content: bytes.slice(1) }
  if (bytes[0] !== JSON_TEXT) return undefined
  try {
    return { content: JSON.parse(decoder.decode(bytes.subarray(1))) as Json }
  } catch {
    return undefined
  }
}

function tagged(kind: number, bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + 1)
  out[0] = kind
  out.set(bytes, 1)
  return out
}
