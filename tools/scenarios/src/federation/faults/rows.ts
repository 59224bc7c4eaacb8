import { CLIENT_ROWS } from './client-rows.ts'
import { HUB_ROWS } from './hub-rows.ts'
import type { FaultRow } from './row.ts'

/** The faults in the order of their numbers. */
export const FAULT_ROWS: readonly FaultRow[] = [...HUB_ROWS, ...CLIENT_ROWS].sort(
  (a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)),
)
