import type { Refusal } from '@pigeon/transport'

/** How a link ends whose descriptions cannot be trusted. */
export const MISTRUSTED: Refusal = { code: 'FINGERPRINT', by: 'self' }

/** The longest session description that is looked at, characters. */
export const MAX_DESCRIPTION_LENGTH: number = 64 * 1024

/** Every line that some parser could take for a fingerprint. */
const ANY = /^\s*a\s*=\s*fingerprint/i

/** The one form that is accepted. RFC 8122 §5. */
const EXACT = /^a=fingerprint:sha-256 ([0-9a-f]{2}(?::[0-9a-f]{2}){31})$/i

/**
 * The fingerprint of the certificate that a session description promises. There must be exactly one
 * distinct one in the session and all media sections, with sha-256: of two, the engine may use the
 * one that nobody proved.
 * @returns 32 bytes, or `undefined` for none, several, another hash, or a line that is malformed
 * @see RFC 8122 §5; RFC 8829 §5.2.1
 */
export function descriptionFingerprint(sdp: string): Uint8Array | undefined {
  if (sdp.length > MAX_DESCRIPTION_LENGTH) return undefined
  const found = new Set<string>()
  for (const line of sdp.split(/[\r\n\u2028\u2029]+/)) {
    if (!ANY.test(line)) continue
    const value = EXACT.exec(line)?.[1]
    if (value === undefined) return undefined
    found.add(value.toLowerCase())
  }
  const [only, ...others] = found
  if (only === undefined || others.length > 0) return undefined
  return Uint8Array.from(only.split(':'), (byte) => Number.parseInt(byte, 16))
}

/**
 * The fingerprint of one side of a connection, which must stay what it was first: a later
 * description, as for a track that is added, must promise the same certificate.
 */
export class PinnedFingerprint {
  #first: Uint8Array | undefined

  /** The first one, 32 bytes. */
  get value(): Uint8Array | undefined {
    return this.#first
  }

  /** @returns as {@link descriptionFingerprint}, and nothing if it is not the first one */
  check(sdp: string): Uint8Array | undefined {
    const found = descriptionFingerprint(sdp)
    this.#first ??= found
    return this.#first?.join() === found?.join() ? found : undefined
  }
}
