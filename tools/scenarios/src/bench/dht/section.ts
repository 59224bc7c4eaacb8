import type { BenchRow } from '../table.ts'

/** One part of the bench: what it shows, as rows of the table. */
export type Section = (options: SectionOptions) => BenchRow[] | Promise<BenchRow[]>

/** What the command line says. */
interface SectionOptions {
  readonly seeds: readonly number[]
}

/** Bytes of each value. */
export const VALUE_BYTES = 256

/** Sizes of networks, and the links of a peer in each. */
export const SIZES = [
  { peers: 20, cap: 8 },
  { peers: 50, cap: 8 },
  { peers: 100, cap: 8 },
  { peers: 1000, cap: 12 },
  { peers: 5000, cap: 16 },
] as const

/** The mean of values. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** The value below which `share` of the values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** The share of values that are true. */
export const share = (values: readonly boolean[]): number =>
  values.filter(Boolean).length / values.length
