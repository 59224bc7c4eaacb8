import { addressKey } from '../address.ts'
import { TokenBucket } from '../token-bucket.ts'

/** Addresses remembered; the one that came longest ago is forgotten first. */
const MAX_ADDRESSES = 10_000

/** How many connections one address may open a second. */
export class RateGate {
  readonly #rate: number
  readonly #burst: number
  readonly #now: () => number
  readonly #buckets = new Map<string, TokenBucket>()

  /**
   * @param rate connections a second
   * @param burst connections at once
   */
  constructor(rate: number, burst: number, now: () => number) {
    this.#rate = rate
    this.#burst = burst
    this.#now = now
  }

  /** Addresses remembered now. */
  get size(): number {
    return this.#buckets.size
  }

  /** Whether an address is so far above its rate that its connections are not even read. */
  isFlooding(remoteAddress: string): boolean {
    return this.#buckets.get(addressKey(remoteAddress))?.isFarOver(this.#now()) === true
  }

  /** Counts one connection. @returns whether it is one too many */
  isOver(remoteAddress: string): boolean {
    const key = addressKey(remoteAddress)
    const now = this.#now()
    let bucket = this.#buckets.get(key)
    if (bucket === undefined) {
      bucket = new TokenBucket(this.#rate, this.#burst, now)
      for (const oldest of this.#buckets.keys()) {
        if (this.#buckets.size < MAX_ADDRESSES) break
        this.#buckets.delete(oldest)
      }
    } else {
      this.#buckets.delete(key)
    }
    this.#buckets.set(key, bucket)
    return bucket.take(1, now) !== 'ok'
  }
}
