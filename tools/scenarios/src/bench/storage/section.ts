import type { BenchRow } from '../table.ts'

/** One part of the bench. */
export type Section = (options: { readonly seeds: readonly number[] }) => Promise<BenchRow[]>

/** Milliseconds of processor time of something, and what it gave. */
export async function timed<T>(run: () => T | Promise<T>): Promise<{ ms: number; result: T }> {
  const before = process.cpuUsage()
  const result = await run()
  const { user, system } = process.cpuUsage(before)
  return { ms: (user + system) / 1000, result }
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
