import type { Budget } from './budgets.ts'

/** A budget and the size that came out. */
export interface Measured {
  readonly budget: Budget
  /** Minified and gzipped, bytes. */
  readonly bytes: number
}

/** Bytes as people read them: `12.3 kB`, 1 kB being 1,000 bytes. */
export const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`

/** One line a budget: import, size, limit. */
export function sizeTable(measured: readonly Measured[]): string {
  const width = Math.max(...measured.map(({ budget }) => budget.import.length))
  return measured
    .map(({ budget, bytes }) =>
      [
        budget.import.padEnd(width),
        kilobytes(bytes).padStart(9),
        `limit ${kilobytes(budget.limit).padStart(8)}`,
      ].join('  '),
    )
    .join('\n')
}

/** @returns one line for each budget that is exceeded */
export function overBudget(measured: readonly Measured[]): string[] {
  return measured
    .filter(({ budget, bytes }) => bytes > budget.limit)
    .map(
      ({ budget, bytes }) =>
        `${budget.import} is ${bytes} bytes, ${bytes - budget.limit} over its limit of ${budget.limit}`,
    )
}
