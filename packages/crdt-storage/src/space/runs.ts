import type { Entry } from '../entry/entry.ts'
import type { Taken } from '../log/log.ts'

/** Entries grouped with those they follow in their chain, in the order they came. */
export function inRuns(taken: readonly Taken[]): Entry[][] {
  return follow(taken.map(({ entry }) => entry))
}

/** The same of entries alone. */
export function follow(entries: readonly Entry[]): Entry[][] {
  const runs: Entry[][] = []
  for (const entry of entries) {
    const last = runs.at(-1)?.at(-1)
    if (last !== undefined && entry.prev === last.id && entry.via === last.via) {
      runs.at(-1)?.push(entry)
    } else runs.push([entry])
  }
  return runs
}
