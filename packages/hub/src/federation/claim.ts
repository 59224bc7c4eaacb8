import { type ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Evidence } from '../elsewhere.ts'
import { bytesFromHex, hexFromBytes } from '../hex.ts'

/** What a hub says of one of its members. */
export interface Claim {
  readonly id: PeerId
  /** When it joined there, ms since the Unix epoch: of two claims the later one counts. */
  readonly counter: number
  /** What the member itself showed for it. */
  readonly evidence: Evidence | undefined
}

/** Bytes of an audience in evidence. */
const MAX_AUDIENCE_BYTES = 783

/** Appends a claim. */
export function writeClaim(writer: ByteWriter, { id, counter, evidence }: Claim): void {
  writer
    .id(id)
    .u64(counter)
    .u8(evidence === undefined ? 0 : 1)
  if (evidence === undefined) return
  const { key, signature, nonce, audience } = evidence
  writer.raw(bytesFromHex(key)).raw(bytesFromHex(signature)).raw(bytesFromHex(nonce)).text(audience)
}

/** Reads one. @throws WireError */
export function readClaim(reader: ByteReader): Claim {
  const id = reader.id()
  const counter = reader.u64()
  if (reader.u8() === 0) return { id, counter, evidence: undefined }
  const key = hexFromBytes(reader.raw(32))
  const signature = hexFromBytes(reader.raw(64))
  const nonce = hexFromBytes(reader.raw(32))
  return {
    id,
    counter,
    evidence: { key, signature, nonce, audience: reader.text(MAX_AUDIENCE_BYTES) },
  }
}

/**
 * A nonce for a CHALLENGE that names the hub and the time, so that the proof a client gives says of
 * itself where and when it was given: 8 bytes of time, 20 of the hub's id, 4 at random.
 */
export function datedNonce(hub: PeerId, now: number, salt: Uint8Array): string {
  return hexFromBytes(
    new ByteWriter(32).u64(Math.floor(now)).id(hub).raw(salt.subarray(0, 4)).finish(),
  )
}

/** What {@link datedNonce} says; `undefined` if it is none. */
export function readNonce(nonce: string): { hub: string; at: number } {
  return { at: Number.parseInt(nonce.slice(0, 16), 16), hub: nonce.slice(16, 56) }
}

/** A sum over claims that does not depend on their order: 32 bits twice. */
export interface Digest {
  readonly a: number
  readonly b: number
}

/** Nothing summed up. */
export const NO_DIGEST: Digest = { a: 0, b: 0 }

/** Adds a claim to a sum, or takes it back. */
export function mixDigest({ a, b }: Digest, { id, counter }: Claim): Digest {
  let [x, y] = [0x811c9dc5, 0x9747b28c]
  const text = `${id}${counter}`
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    x = Math.imul(x ^ code, 0x01000193)
    y = Math.imul(y ^ code, 0x5bd1e995)
    y ^= y >>> 15
  }
  return { a: (a ^ x) >>> 0, b: (b ^ y) >>> 0 }
}
