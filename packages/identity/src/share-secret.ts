import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import type { Random } from '@pigeon/transport'
import { lazily } from './lazily.ts'
import type { SessionContext, SessionKey } from './session-key.ts'

/** Bits of a secret that {@link generateShareSecret} makes. */
export const SHARE_SECRET_BITS = 128

const sessions = lazily(() => import('./session-key.ts'))

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
 * words that people choose always can: those are a password, which takes `startPasswordExchange`.
 * @throws RangeError that does not show what it got
 */
export function parseShareSecret(text: string): Uint8Array {
  if (typeof text === 'string' && FORM.test(text) && text.length % 2 === 0) return hexToBytes(text)
  throw new RangeError(
    'a share secret is 32 to 128 hex characters of generateShareSecret(); for words that people choose use password',
  )
}

/** Options of {@link sessionFromSecret}. */
export interface SecretSessionOptions extends SessionContext {
  /** Out of a share link, as for {@link parseShareSecret}. */
  readonly secret: string
  readonly random: Random
}

/**
 * The key that two ends who have the same share link use for one attempt to link. Other than with a
 * password nothing is exchanged: whether the other end has the secret shows when it opens what was
 * sealed, and in the proof on the link.
 * @throws RangeError as {@link parseShareSecret}
 */
export async function sessionFromSecret(options: SecretSessionOptions): Promise<SessionKey> {
  const secret = parseShareSecret(options.secret)
  return new (await sessions()).SessionKey(secret, options, options.random)
}
