import type { PeerId } from '@pigeon/xor'
import { AUTHOR_PROOF_BYTES } from './author-proof.ts'
import { type Awaitable, chain } from './awaitable.ts'
import { KEY_BYTES, type Verify } from './engine.ts'
import { peerIdFromKey } from './key-id.ts'
import { LruMap } from './lru-map.ts'

/** Options of {@link KnownAuthors}. */
export interface KnownAuthorsOptions {
  readonly verify: Verify
  /** Whether authors may have ids that are not of their keys. Default false. */
  readonly allowUnverified?: boolean
  /** Authors whose ids are known to be of their keys. Default 4,096. */
  readonly limit?: number
}

/**
 * Checks the proofs of `signAsAuthor`, and remembers which authors are who they say. One whose id is
 * known to be of its key has no other key, also where ids need not be of keys.
 */
export class KnownAuthors {
  readonly #verify: Verify
  readonly #allowUnverified: boolean
  readonly #verified: LruMap<true>

  constructor({ verify, allowUnverified = false, limit = 4096 }: KnownAuthorsOptions) {
    this.#verify = verify
    this.#allowUnverified = allowUnverified
    this.#verified = new LruMap(limit)
  }

  /** Whether the author signed the bytes. The proof may be anything. */
  check(bytes: Uint8Array, proof: Uint8Array, author: PeerId): Awaitable<boolean> {
    if (proof.length !== AUTHOR_PROOF_BYTES) return false
    const key = proof.subarray(0, KEY_BYTES)
    const verified = peerIdFromKey(key) === author
    if (!verified && (!this.#allowUnverified || this.isVerified(author))) return false
    return chain(this.#verify(bytes, proof.subarray(KEY_BYTES), key), (good) => {
      if (good && verified) this.#verified.set(author, true)
      return good
    })
  }

  /** Whether a proof of this author held whose key is the one of its id. */
  isVerified(author: PeerId): boolean {
    return this.#verified.get(author) !== undefined
  }
}
