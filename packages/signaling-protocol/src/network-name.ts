import { utf8Length } from './json.ts'
import { MAX_NETWORK_BYTES } from './limits.ts'

/** Whether `name` can name a network: 1 to 128 UTF-8 bytes, no control characters, no lone surrogates. */
export function isNetworkName(name: unknown): name is string {
  // The character limit goes first so that nothing long is encoded.
  const isShort = typeof name === 'string' && name !== '' && name.length <= MAX_NETWORK_BYTES
  return isShort && utf8Length(name) <= MAX_NETWORK_BYTES && /^[^\p{Cc}\p{Cs}]*$/u.test(name)
}
