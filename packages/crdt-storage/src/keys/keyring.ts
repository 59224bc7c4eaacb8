import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { deriveKey } from '@pigeon/identity/hkdf'
import { KEY_ID_BYTES } from '../entry/limits.ts'

const EPOCH_LABEL = utf8ToBytes('pigeon/epoch/1')
const DATA_LABEL = utf8ToBytes('pigeon/data/1')

/** How many derived keys are kept. */
const DERIVED_KEPT = 4096

/** What a key is called: it commits to the key, so nobody can hand different ones to different members. */
export function keyIdOf(nonce: Uint8Array, key: Uint8Array): Uint8Array {
  return sha256(concatBytes(EPOCH_LABEL, nonce, key)).subarray(0, KEY_ID_BYTES)
}

/** The keys of a space that are here. Nothing of them shows in a text, in JSON or in a log. */
export class Keyring {
  readonly #nonce: Uint8Array
  readonly #keys = new Map<string, Uint8Array>()
  readonly #derived = new Map<string, Uint8Array>()

  /** @param nonce that of the space's genesis */
  constructor(nonce: Uint8Array) {
    this.#nonce = nonce
  }

  has(keyId: string): boolean {
    return this.#keys.has(keyId)
  }

  get(keyId: string): Uint8Array | undefined {
    return this.#keys.get(keyId)
  }

  getBytes(keyId: Uint8Array): Uint8Array | undefined {
    return this.#keys.get(bytesToHex(keyId))
  }

  /** Keeps a key whose name is not known beforehand. @returns whether it is new here */
  learnAny(key: Uint8Array): boolean {
    return this.learn(bytesToHex(keyIdOf(this.#nonce, key)), key)
  }

  /** @returns whether the bytes are the key of this name, and new here */
  learn(keyId: string, key: Uint8Array): boolean {
    if (key.length !== 32 || this.#keys.has(keyId)) return false
    if (bytesToHex(keyIdOf(this.#nonce, key)) !== keyId) return false
    this.#keys.set(keyId, new Uint8Array(key))
    return true
  }

  /**
   * What an author's data is sealed with: all open epochs together, so that who lacks one of them
   * cannot open it.
   * @param keyIds of the open epochs
   * @returns `undefined` while a key is not here
   */
  dataKey(keyIds: readonly string[], author: string, space: string): Uint8Array | undefined {
    const name = `${author}/${keyIds.join()}`
    const kept = this.#derived.get(name)
    if (kept !== undefined) return kept
    const keys: Uint8Array[] = []
    for (const keyId of [...keyIds].sort()) {
      const key = this.#keys.get(keyId)
      if (key === undefined) return undefined
      keys.push(key)
    }
    const info = concatBytes(DATA_LABEL, hexToBytes(author))
    const derived = deriveKey(concatBytes(...keys), { salt: hexToBytes(space), info })
    for (const oldest of this.#derived.keys()) {
      if (this.#derived.size < DERIVED_KEPT) break
      this.#derived.delete(oldest)
    }
    this.#derived.set(name, derived)
    return derived
  }
}
