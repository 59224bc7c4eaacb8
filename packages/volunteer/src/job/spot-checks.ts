import { type QuorumOptions, quorum } from './quorum.ts'
import type { Validation } from './validation.ts'

/** Options of {@link spotChecks}. */
export interface SpotCheckOptions extends QuorumOptions {
  /** The share of tasks that is checked. Default 0.05. */
  share?: number
}

/** Some tasks, drawn by lot, are computed by several workers; who differs is a suspect. */
export function spotChecks(options: SpotCheckOptions = {}): Validation {
  const { share = 0.05 } = options
  if (!(share >= 0 && share <= 1)) throw new RangeError(`share is from 0 to 1, got ${share}`)
  const checked = quorum(options)
  return {
    ...checked,
    agreeing: (index, fraction) => (fraction < share ? checked.agreeing(index, fraction) : 1),
  }
}
