/** Decides when what takes long is computed by somebody else, too. */
export interface Hedge {
  /** Copies of one task at once at most, the first included. */
  readonly copies: number
  /**
   * @param durations of the last tasks, from lending to result, ms
   * @returns for how long one must be lent before it is copied, ms
   */
  after(durations: readonly number[]): number
}

/** Options of {@link hedgeAtTail}. */
export interface HedgeOptions {
  /** Copies at most, the first included. Default 2. */
  copies?: number
  /** Those above so large a share of the durations are slow. Default 0.95. */
  quantile?: number
  /** ... and above so many times that. Default 1.5. */
  factor?: number
  /** Never before, ms. Default 100. */
  leastMs?: number
}

/**
 * When all inputs were read and somebody is idle, copies what takes longer than nearly all others.
 * @see Dean & Barroso 2013, "The tail at scale"
 */
export function hedgeAtTail(options: HedgeOptions = {}): Hedge {
  const { copies = 2, quantile = 0.95, factor = 1.5, leastMs = 100 } = options
  return {
    copies,
    after(durations) {
      const sorted = [...durations].sort((a, b) => a - b)
      const slow = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? 0
      return Math.max(leastMs, factor * slow)
    },
  }
}
