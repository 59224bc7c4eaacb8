import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { ID_BYTES, type PeerId, peerIdFromBytes } from './id.ts'

/**
 * The id that belongs to a name: the first 20 bytes of SHA-256 of its UTF-8 form.
 * Everybody can compute it, so it proves nothing about who uses it.
 * @throws RangeError if `name` is empty
 * @example
 * peerIdFromName('alice') // '2bd806c97f0e00af1a1fc3328fa763a9269723c8'
 */
export function peerIdFromName(name: string): PeerId {
  if (name === '') throw new RangeError('a name has at least one character')
  return peerIdFromBytes(sha256(utf8ToBytes(name)).subarray(0, ID_BYTES))
}
