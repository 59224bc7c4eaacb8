import { sha256 } from '@noble/hashes/sha2.js'
import { ID_BYTES, type PeerId, peerIdFromBytes } from '@pigeon/xor'
import { KEY_BYTES } from './engine.ts'
import { requireBytes } from './require-bytes.ts'

/**
 * The id that a key proves: the first 20 bytes of SHA-256 of the Ed25519 public key.
 * @param key 32 bytes
 * @throws RangeError if `key` has another length
 */
export function peerIdFromKey(key: Uint8Array): PeerId {
  return peerIdFromBytes(sha256(requireBytes('a key', key, KEY_BYTES)).subarray(0, ID_BYTES))
}
