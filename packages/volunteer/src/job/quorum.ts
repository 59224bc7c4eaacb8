import { wholeNumber } from '@pigeon/transport'
import { sameValue, type Validation } from './validation.ts'

/** Options of {@link quorum}. */
export interface QuorumOptions {
  /** Workers that must agree. Default 2. */
  agreeing?: number
  /** Workers asked at most. Default twice as many, and one. */
  most?: number
  /** Whether two results are the same; floating point may differ by platform. Default exactly. */
  same?: (a: unknown, b: unknown) => boolean
}

/**
 * Every task is computed by several workers.
 * @throws RangeError if more must agree than are asked
 * @see Anderson 2004, "BOINC: a system for public-resource computing and storage"
 */
export function quorum(options: QuorumOptions = {}): Validation {
  const agreeing = wholeNumber('agreeing', options.agreeing ?? 2, 1, 1000)
  const most = wholeNumber('most', options.most ?? 2 * agreeing + 1, agreeing, 2001)
  return { agreeing: () => agreeing, most, same: options.same ?? sameValue }
}
