import { concatBytes } from '@noble/hashes/utils.js'
import type { PeerId } from '@pigeon/xor'
import { type Awaitable, chain } from './awaitable.ts'
import type { Signer } from './card.ts'
import { KEY_BYTES, SIGNATURE_BYTES, type Verify } from './engine.ts'
import { peerIdFromKey } from './key-id.ts'

/** Bytes of {@link signAsAuthor}'s proof: a key and a signature. */
export const AUTHOR_PROOF_BYTES: number = KEY_BYTES + SIGNATURE_BYTES

/**
 * Signs bytes so that whoever knows the author's id alone can check it, as for gossip.
 * @param bytes begin with a text that names their purpose
 * @returns {@link AUTHOR_PROOF_BYTES}: the key, then the signature
 */
export function signAsAuthor(signer: Signer, bytes: Uint8Array): Awaitable<Uint8Array> {
  return chain(signer.sign(bytes), (signature) => concatBytes(signer.key, signature))
}

/** Whether the peer with this id signed the bytes. The proof may be anything. */
export function verifyAuthor(
  verify: Verify,
  bytes: Uint8Array,
  proof: Uint8Array,
  author: PeerId,
): Awaitable<boolean> {
  if (proof.length !== AUTHOR_PROOF_BYTES) return false
  const key = proof.subarray(0, KEY_BYTES)
  return peerIdFromKey(key) === author && verify(bytes, proof.subarray(KEY_BYTES), key)
}
