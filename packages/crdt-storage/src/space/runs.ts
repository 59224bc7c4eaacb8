import type { Entry } from '../entry/entry.ts'
import type { Taken } from '../log/log.ts'

/** Entries grouped with those they follow in their chain, in the order they came. */
export function inRuns(taken: readonly Taken[]): Entry[][] {
  const runs: Entry[][] = []
  for (const { entry } of taken) {
    const last = runs.at(-1)?.at(-1)
    if (last !== undefined && entry.prev === last.id && entry.via === last.via) {
      runs.at(-1)?.push(entry)
    } else runs.push([entry])
  }
  return runs
}
