import { hexToBytes } from '@noble/hashes/utils.js'
import type { Checked } from './card-verifier.ts'

/** Bytes of a SHA-256 fingerprint of a certificate. */
export const FINGERPRINT_BYTES = 32

/** The longest session description that is looked at, characters. */
export const MAX_SDP_LENGTH: number = 64 * 1024

/** Every line that some parser could take for a fingerprint. */
const ANY = /^\s*a\s*=\s*fingerprint/i

/** The one form that is accepted. RFC 8122 §5. */
const EXACT = /^a=fingerprint:sha-256 ([0-9a-f]{2}(?::[0-9a-f]{2}){31})$/i

/** The fingerprint of a session description, or that it has not exactly one. */
export type FoundFingerprint = Checked<{ readonly fingerprint: Uint8Array }, 'FINGERPRINT'>

const REFUSED: FoundFingerprint = { ok: false, code: 'FINGERPRINT' }

/**
 * The fingerprint of the certificate that a session description promises. There must be exactly one
 * distinct one in the session and all media sections, with sha-256: of two, the engine may use the
 * one that was not proven.
 * @param sdp of `localDescription` or `remoteDescription`, once the channel is open
 * @returns 32 bytes, or `FINGERPRINT` for none, several, another hash, or a line that is malformed
 * @see RFC 8122 §5; RFC 8829 §5.2.1
 */
export function descriptionFingerprint(sdp: string): FoundFingerprint {
  if (sdp.length > MAX_SDP_LENGTH) return REFUSED
  const found = new Set<string>()
  for (const line of sdp.split(/[\r\n\u2028\u2029]+/)) {
    if (!ANY.test(line)) continue
    const value = EXACT.exec(line)?.[1]
    if (value === undefined) return REFUSED
    found.add(value.toLowerCase())
  }
  const [only, ...others] = found
  if (only === undefined || others.length > 0) return REFUSED
  return { ok: true, fingerprint: hexToBytes(only.replaceAll(':', '')) }
}

/**
 * The fingerprint of one side of a connection, which must stay what it was first: a later
 * description, as for a track that is added, must promise the same certificate.
 */
export class PinnedFingerprint {
  #first: string | undefined

  /** @returns as {@link descriptionFingerprint}, and `FINGERPRINT` if it is not the first one */
  check(sdp: string): FoundFingerprint {
    const found = descriptionFingerprint(sdp)
    if (!found.ok) return found
    const text = found.fingerprint.join()
    this.#first ??= text
    return this.#first === text ? found : REFUSED
  }
}
