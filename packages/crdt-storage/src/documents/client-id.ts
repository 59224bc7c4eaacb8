import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'

const LABEL = utf8ToBytes('pigeon/client/1')

/**
 * The number an author's changes go by in an engine: its own for each space, grant and session, so
 * that nobody can write under another's.
 * @returns 53 bits of a hash
 */
export function clientId(space: string, author: string, via: string, session: number): number {
  const number = Uint8Array.of(session >>> 24, session >>> 16, session >>> 8, session)
  const hash = sha256(
    concatBytes(LABEL, hexToBytes(space), hexToBytes(author), hexToBytes(via), number),
  )
  const view = new DataView(hash.buffer, hash.byteOffset)
  return (view.getUint32(0) & 0x1f_ffff) * 2 ** 32 + view.getUint32(4)
}
