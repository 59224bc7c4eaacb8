import type { BenchRow } from '../table.ts'

/** What the command line says. */
export interface SectionOptions {
  readonly seed: number
  /** How many worker processes, for each measurement. */
  readonly processes: readonly number[]
}

/** One part of the bench: what it shows, as rows of the table. */
export type Section = (options: SectionOptions) => Promise<BenchRow[]>

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

/** How many values are not what they should be, or missing, or too many. */
export function wrong(values: readonly unknown[], wanted: readonly unknown[]): number {
  const bad = wanted.filter((value, index) => String(values[index]) !== String(value)).length
  return bad + Math.max(0, values.length - wanted.length)
}
