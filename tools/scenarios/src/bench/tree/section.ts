import type { BenchRow } from '../table.ts'

/** One part of the bench: what it shows, as rows of the table. */
export type Section = (options: SectionOptions) => BenchRow[]

/** What the command line says. */
interface SectionOptions {
  readonly seeds: readonly number[]
  /** The largest network, in nodes. */
  readonly largest: number
  /** Keeps one result of one run. */
  record(run: { seed: number; nodes: number; metric: string; value: number }): void
}

/** The mean of values. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** The largest of many values. */
export const largest = (values: Iterable<number>): number => {
  let most = Number.NEGATIVE_INFINITY
  for (const value of values) most = Math.max(most, value)
  return most
}

/** The value below which `share` of the values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** As many requests as come at once are kept: the bench measures a burst, not its refusal. */
export const ROOMY = { storedRequests: 2 ** 20, letterRate: 2 ** 20 } as const
