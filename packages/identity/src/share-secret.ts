import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import type { Random } from '@pigeon/transport'

/** Bits of a secret that {@link generateShareSecret} makes. */
export const SHARE_SECRET_BITS = 128

const FORM = /^[0-9a-f]{32,128}$/i

/**
 * A random secret for a share link, such as `https://example.org/#<secret>`: behind `#` no server
 * sees it.
 * @param random cryptographically strong
 * @returns 32 lower-case hex characters, {@link SHARE_SECRET_BITS} bits
 */
export function generateShareSecret(random: Random): string {
  return bytesToHex(random.fill(new Uint8Array(SHARE_SECRET_BITS / 8)))
}

/**
 * The bytes of a secret out of a share link: 128 to 512 bits. Anything shorter could be guessed, and
 * words that people choose always can: those are a password, which takes a `PasswordExchange`.
 * @throws RangeError that does not show what it got
 */
export function parseShareSecret(text: string): Uint8Array {
  if (typeof text === 'string' && FORM.test(text) && text.length % 2 === 0) return hexToBytes(text)
  throw new RangeError(
    'a share secret is 32 to 128 hex characters of generateShareSecret(); for words that people choose use password',
  )
}
