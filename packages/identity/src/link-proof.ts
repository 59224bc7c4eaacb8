import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Awaitable } from './awaitable.ts'
import type { Signer } from './card.ts'
import { KEY_BYTES, type Verify } from './engine.ts'
import { peerIdFromKey } from './key-id.ts'
import { requireBytes } from './require-bytes.ts'

/** Bytes of a SHA-256 fingerprint of a certificate. */
export const FINGERPRINT_BYTES = 32

/** Bytes of the nonce each side makes for one link. */
export const NONCE_BYTES = 32

/** Bytes of the binding of a password or a secret. */
export const BINDING_BYTES = 32

const MAX_NETWORK_BYTES = 128
const MAX_LINK_ID_BYTES = 64
const TRANSCRIPT_PREFIX = utf8ToBytes('pigeon/link/1')
const SIGNED_PREFIX = utf8ToBytes('pigeon/link-sig/1')

/** One end of a link, as both ends know it. */
export interface LinkSide {
  readonly id: PeerId
  /** 32 bytes of Ed25519 public key. */
  readonly key: Uint8Array
  /** 32 bytes: SHA-256 of the certificate that side uses on this link. */
  readonly fingerprint: Uint8Array
  /** 32 random bytes that side made for this link. */
  readonly nonce: Uint8Array
}

/** A link, as both ends know it. */
export interface LinkFacts {
  /** 1 to 128 bytes of UTF-8. */
  readonly network: string
  /** What both ends call the link, 1 to 64 bytes of UTF-8. */
  readonly linkId: string
  /** Both ends, in any order. */
  readonly sides: readonly [LinkSide, LinkSide]
  /** 32 bytes both ends have from a password or a secret, if the network asks for one. */
  readonly binding?: Uint8Array
}

/**
 * What both ends of a link sign: a hash of all they must agree on.
 * @returns 32 bytes, the same at both ends
 * @throws RangeError if something has another length, or both ends one id
 */
export function proofTranscript({ network, linkId, sides, binding }: LinkFacts): Uint8Array {
  const [a, b] = sides
  const lowerFirst = sideByte(a.id, b.id) === 0 ? [a, b] : [b, a]
  const writer = new ByteWriter(512)
    .raw(TRANSCRIPT_PREFIX)
    .bytes(boundedText('network', network, MAX_NETWORK_BYTES))
    .bytes(boundedText('linkId', linkId, MAX_LINK_ID_BYTES))
  for (const { id, key, fingerprint, nonce } of lowerFirst) {
    writer
      .id(id)
      .raw(requireBytes('a key', key, KEY_BYTES))
      .raw(requireBytes('a fingerprint', fingerprint, FINGERPRINT_BYTES))
      .raw(requireBytes('a nonce', nonce, NONCE_BYTES))
  }
  if (binding !== undefined) writer.raw(requireBytes('a binding', binding, BINDING_BYTES))
  return sha256(writer.finish())
}

/**
 * Signs a link for one side of it.
 * @param remote the id at the other end
 * @param transcript of {@link proofTranscript}
 * @returns 64 bytes
 */
export function signProof(
  signer: Signer & { readonly id: PeerId },
  remote: PeerId,
  transcript: Uint8Array,
): Awaitable<Uint8Array> {
  return signer.sign(signedBytes(sideByte(signer.id, remote), transcript))
}

/**
 * Whether the side with this id and key signed the link: the id is that of the key, and the
 * signature was made for that side. The proof of the other side, sent back, is none.
 * @param side who is said to have signed
 * @param other the id at the other end, such as one's own
 */
export function verifyProof(
  verify: Verify,
  side: Pick<LinkSide, 'id' | 'key'>,
  other: PeerId,
  transcript: Uint8Array,
  proof: Uint8Array,
): Awaitable<boolean> {
  if (side.key.length !== KEY_BYTES || peerIdFromKey(side.key) !== side.id) return false
  return isSignedBy(verify, side, other, transcript, proof)
}

/** As {@link verifyProof}, whatever the id has to do with the key. */
export function isSignedBy(
  verify: Verify,
  side: Pick<LinkSide, 'id' | 'key'>,
  other: PeerId,
  transcript: Uint8Array,
  proof: Uint8Array,
): Awaitable<boolean> {
  return verify(signedBytes(sideByte(side.id, other), transcript), proof, side.key)
}

/** 0 for the side with the lower id, 1 for the other. */
function sideByte(id: PeerId, other: PeerId): 0 | 1 {
  if (id === other) throw new RangeError('a link has two ends with different ids')
  return id < other ? 0 : 1
}

function signedBytes(side: 0 | 1, transcript: Uint8Array): Uint8Array {
  return concatBytes(SIGNED_PREFIX, Uint8Array.of(side), transcript)
}

function boundedText(name: string, text: string, max: number): Uint8Array {
  const bytes = utf8ToBytes(text)
  if (bytes.length >= 1 && bytes.length <= max) return bytes
  throw new RangeError(`${name} has 1 to ${max} bytes of UTF-8, got ${bytes.length}`)
}
