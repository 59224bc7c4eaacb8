import type { Budget } from './budgets.ts'

/** A budget and the size that came out. */
export interface Measured {
  readonly budget: Budget
  /** What is loaded at once, minified and gzipped, bytes. */
  readonly bytes: number
  /** What is loaded later, by `import()`, bytes. Default 0. */
  readonly laterBytes?: number
}

/** Bytes as people read them: `12.3 kB`, 1 kB being 1,000 bytes. */
export const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`

/** One line a budget: import, size, limit, and what may be loaded later. */
export function sizeTable(measured: readonly Measured[]): string {
  const width = Math.max(...measured.map(({ budget }) => budget.import.length))
  return measured
    .map(({ budget, bytes, laterBytes = 0 }) =>
      [
        budget.import.padEnd(width),
        kilobytes(bytes).padStart(9),
        `limit ${kilobytes(budget.limit).padStart(8)}`,
        ...(laterBytes > 0 ? [`later ${kilobytes(laterBytes).padStart(8)}`] : []),
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
