import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where the last report is kept, relative to the repository: `npm run bench -- --publish` writes it. */
export const REPORT = 'docs/benchmarks.json'

/** A line of a suite's table, as it was printed. */
export interface Row {
  readonly metric: string
  readonly ours: string
  /** Another implementation in the same run; `-` if there is none. */
  readonly peer: string
  readonly ratio: string
  /** Such as `<= 3 met`, or `-`. */
  readonly goal: string
}

/** What came of a suite. */
interface Suite {
  readonly suite: string
  /** Such as `--seeds 5`, if it did not run with its defaults. */
  readonly options?: string
  readonly seconds: number
  readonly rows: readonly Row[]
}

/** What all suites measured. */
export interface Report {
  readonly machine: string
  /** The day it was finished, such as `2026-11-22`, if it is known. */
  readonly date?: string
  readonly results: readonly Suite[]
}

/** @returns nothing if there is no report yet */
export function readReport(root: string): Report | undefined {
  const file = join(root, REPORT)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}
