import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import type { Verify } from '@pigeon/identity'
import { ByteReader, ByteWriter } from '@pigeon/transport'
import type { Author } from '../keys/author.ts'

const LABEL = 'pigeon/key-claim/1'
const MAX_KEY_BYTES = 256

/** The word of an owner: under this key, what is mine is in that space. */
export interface Claim {
  readonly key: string
  /** 32 bytes of Ed25519 public key, as hex. */
  readonly owner: string
  readonly space: string
}

/** Writes and signs a claim. */
export async function signClaim(author: Author, key: string, space: string): Promise<Uint8Array> {
  const body = new ByteWriter().text(key).raw(author.key).raw(hexToBytes(space)).finish()
  return concatBytes(body, await author.sign(signed(body)))
}

/** Reads a claim; `undefined` if it is none, or not of its owner, or about another key. */
export async function readClaim(
  bytes: Uint8Array,
  key: string,
  verify: Verify,
): Promise<Claim | undefined> {
  try {
    const reader = new ByteReader(bytes)
    if (reader.text(MAX_KEY_BYTES) !== key) return undefined
    const owner = reader.raw(32)
    const space = bytesToHex(reader.raw(32))
    const body = bytes.subarray(0, bytes.length - reader.remaining)
    const signature = reader.raw(64)
    reader.end()
    if (!(await verify(signed(body), signature, owner))) return undefined
    return { key, owner: bytesToHex(owner), space }
  } catch {
    return undefined
  }
}

function signed(body: Uint8Array): Uint8Array {
  return new ByteWriter().text(LABEL).raw(body).finish()
}
