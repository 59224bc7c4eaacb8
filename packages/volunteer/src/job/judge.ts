import type { PeerId } from '@pigeon/xor'
import type { Vote } from './item.ts'
import type { Validation } from './validation.ts'

/** What votes add up to. */
export interface Verdict {
  /** The result on which enough agree. */
  readonly accepted: Vote | undefined
  /** Who said something else than what was accepted. */
  readonly contradicted: readonly PeerId[]
  /** How many more votes for the most popular result are needed. */
  readonly missing: number
}

/** Counts votes for one input. */
export function judge(votes: readonly Vote[], agreeing: number, same: Validation['same']): Verdict {
  let best: Vote[] = []
  for (const vote of votes) {
    const group = votes.filter((other) => other === vote || same(vote.value, other.value))
    if (group.length > best.length) best = group
  }
  const missing = Math.max(0, agreeing - best.length)
  if (missing > 0) return { accepted: undefined, contradicted: [], missing }
  const others = votes.filter((vote) => !best.includes(vote))
  return { accepted: best[0], contradicted: others.map(({ worker }) => worker), missing }
}
