/**
 * The real clock and randomness, for the edge of a program. Protocols take theirs as an argument.
 * @module
 */
import type { Clock, Random } from './contracts.ts'

// Present in every runtime, though not in the ECMAScript library types.
declare const performance: { now(): number }
declare const crypto: { getRandomValues(bytes: Uint8Array): Uint8Array }
declare const setTimeout: (run: () => void, ms: number) => unknown
declare const clearTimeout: (timer: unknown) => void

/** `setTimeout` fires at once above this many milliseconds. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

let offset = Date.now() - performance.now()

/**
 * Wall time that never goes back: the monotonic clock, moved forward when the wall clock is found
 * ahead of it (the machine slept, or its clock was set).
 */
export const systemClock: Clock = {
  now() {
    const monotonic = performance.now()
    offset = Math.max(offset, Date.now() - monotonic)
    return offset + monotonic
  },
  after(ms, run) {
    const timer = setTimeout(run, Math.min(Math.max(ms, 0), MAX_TIMEOUT_MS))
    return () => clearTimeout(timer)
  },
}

/** Random bytes made ahead: asking for a few costs as much as for thousands. */
const POOL_BYTES = 4096
const pool = new Uint8Array(POOL_BYTES)
let pooled = 0

/** Cryptographically strong bytes. */
export const systemRandom: Random = {
  fill(bytes) {
    if (bytes.length <= POOL_BYTES / 16) {
      if (pooled < bytes.length) {
        crypto.getRandomValues(pool)
        pooled = POOL_BYTES
      }
      // From the end; what was handed out is not kept.
      bytes.set(pool.subarray(pooled - bytes.length, pooled))
      pool.fill(0, pooled - bytes.length, pooled)
      pooled -= bytes.length
      return bytes
    }
    // getRandomValues takes at most 65,536 bytes a call (W3C Web Cryptography, §10.1).
    for (let at = 0; at < bytes.length; at += 65_536) {
      crypto.getRandomValues(bytes.subarray(at, at + 65_536))
    }
    return bytes
  },
}
