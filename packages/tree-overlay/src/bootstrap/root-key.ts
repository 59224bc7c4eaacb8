import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { KEY_BYTES, peerIdFromKey, type SigningKey } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import type { PeerId } from '@pigeon/xor'

/** What makes a node root of a tree: whoever holds it may be, nobody else. */
export interface RootKey {
  /** The id that the root is known by at the hub; public. */
  readonly entry: PeerId
  readonly key: SigningKey
}

/** The key of a tree's root. @param secret at least 128 random bits; whoever knows it may be root */
export async function rootKeyOf(tree: string, secret: string): Promise<RootKey> {
  const seed = sha256(utf8ToBytes(`pigeon/tree/root/1 ${tree.length} ${tree} ${secret}`))
  const key = await systemCrypto.signingKey(seed)
  return { entry: peerIdFromKey(key.publicKey), key }
}

/**
 * The id by which nodes find the root that holds a secret; it may be told to everybody.
 * @param secret at least 128 random bits: a short one can be guessed from the id
 * @param tree the tree's name, default `tree`
 */
export async function treeEntry(secret: string, tree = 'tree'): Promise<PeerId> {
  return (await rootKeyOf(tree, secret)).entry
}

/** The public key, then the signature: what a root says can be checked by who knows its `entry`. */
export async function signAsRoot({ key }: RootKey, bytes: Uint8Array): Promise<Uint8Array> {
  const signature = await key.sign(bytes)
  const proof = new Uint8Array(KEY_BYTES + signature.length)
  proof.set(key.publicKey)
  proof.set(signature, KEY_BYTES)
  return proof
}

/** Whether `proof` is that of the root known as `entry`. */
export async function verifyRoot(
  entry: PeerId,
  bytes: Uint8Array,
  proof: Uint8Array,
): Promise<boolean> {
  if (proof.length <= KEY_BYTES) return false
  const key = proof.subarray(0, KEY_BYTES)
  if (peerIdFromKey(key) !== entry) return false
  return systemCrypto.verify(bytes, proof.subarray(KEY_BYTES), key)
}
