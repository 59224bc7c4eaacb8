// Present in every runtime, though not in the ECMAScript library types.
declare const TextEncoder: new () => { encode(text: string): Uint8Array }
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string }

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const LONE_SURROGATE = /\p{Surrogate}/u

/** Bytes, or text that stands for its UTF-8 bytes: `'a'` and `Uint8Array.of(97)` are one key. */
export type Key = string | Uint8Array

/**
 * The bytes of a key; those of bytes are copied.
 * @throws TypeError if it is neither, or text that has no UTF-8 form (half of a surrogate pair)
 */
export function keyBytes(key: Key): Uint8Array {
  if (typeof key === 'string') {
    if (LONE_SURROGATE.test(key)) throw new TypeError('a text key holds half a surrogate pair')
    return encoder.encode(key)
  }
  if (key instanceof Uint8Array) return new Uint8Array(key)
  throw new TypeError(`a key is text or bytes, got ${key === null ? 'null' : typeof key}`)
}

/**
 * The text of a key that was given as text.
 * @throws TypeError if its bytes are not UTF-8
 */
export function keyText(key: Uint8Array): string {
  return decoder.decode(key)
}
