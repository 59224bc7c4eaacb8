import type { Outcome } from './failure.ts'
import type { Offer } from './frames.ts'
import type { CodeHash } from './ids.ts'

/** One task to be computed. */
export interface Work {
  readonly hash: CodeHash
  /** The text of an ES module, whose default export is the function. */
  readonly code: Uint8Array
  /** An encoded value. */
  readonly payload: Uint8Array
  /** Above this it is to be killed, ms. */
  readonly timeoutMs: number
  /** Bytes of a result at most. */
  readonly payloadBytes: number
}

/** Where tasks are computed, and who says whether they may be. */
export interface Executor {
  /** Tasks it computes at once. */
  readonly slots: number
  /** Whether it may compute for a job. Nothing of the job runs, or is even fetched, before. */
  accepts(offer: Offer): boolean | Promise<boolean>
  /**
   * Computes one task, of code that was accepted.
   * @param done is told once, unless it was killed before
   * @returns kills it: it is gone within a second
   */
  run(work: Work, done: (outcome: Outcome) => void): () => void
  /** Kills everything, within a second. */
  stop(): void
}
