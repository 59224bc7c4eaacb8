import type { PeerId } from '@pigeon/xor'
import type { Limits } from './options.ts'
import { Recent } from './recent.ts'
import { TokenBucket } from './token-bucket.ts'

/** So many seconds' worth of messages may come at once. */
export const BURST_SECONDS = 10

/** Others are allowed so many times what this peer allows itself, since messages bunch on their way. */
const TOLERANCE = 2

/** Who publishes how much; those that published last are remembered. */
export class Authors {
  readonly #limits: Limits
  readonly #buckets: Recent<PeerId, TokenBucket>

  constructor(limits: Limits) {
    this.#limits = limits
    this.#buckets = new Recent(limits.authorLimit)
  }

  /** Authors remembered. */
  get size(): number {
    return this.#buckets.size
  }

  /** Whether one more message of that author is within its rate. */
  admits(author: PeerId, now: number): boolean {
    let bucket = this.#buckets.get(author)
    if (bucket === undefined) {
      const rate = this.#limits.authorRate * TOLERANCE
      bucket = new TokenBucket(rate, rate * BURST_SECONDS, now)
      this.#buckets.set(author, bucket)
    }
    return bucket.take(1, now)
  }
}
