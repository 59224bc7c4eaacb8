import { type Key, keyBytes } from './key.ts'
import { StoreError } from './store-error.ts'

/**
 * The bytes of a key as a store takes them; a copy.
 * @param maxBytes what the store takes
 * @throws RangeError if it is empty, StoreError `TOO_LARGE` if it exceeds the limit
 */
export function checkKey(key: Key, maxBytes: number): Uint8Array {
  const bytes = checkBound(key, maxBytes)
  if (bytes.length === 0) throw new RangeError('a key has at least one byte')
  return bytes
}

/** The same for a bound of a range, which may be empty. */
export function checkBound(key: Key, maxBytes: number): Uint8Array {
  // Text has at least as many bytes as characters: what is far too long is never encoded.
  if (key?.length > maxBytes) refuse(key.length, maxBytes)
  const bytes = keyBytes(key)
  if (bytes.length > maxBytes) refuse(bytes.length, maxBytes)
  return bytes
}

function refuse(bytes: number, maxBytes: number): never {
  const message = `a key has ${bytes} bytes or more, at most ${maxBytes} fit; shorten it, or raise maxKeyBytes`
  throw new StoreError('TOO_LARGE', message)
}
