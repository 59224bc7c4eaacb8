import { CLIENT_ROWS } from './client-rows.ts'
import { HERD_ROW } from './herd.ts'
import { HUB_ROWS } from './hub-rows.ts'
import { MOVING_NAME } from './moving-name.ts'
import type { FaultRow } from './row.ts'
import { SLOW_READER } from './slow-reader.ts'

/** The faults in the order of their numbers. */
export const FAULT_ROWS: readonly FaultRow[] = [
  ...HUB_ROWS,
  ...CLIENT_ROWS,
  SLOW_READER,
  MOVING_NAME,
  HERD_ROW,
].sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)))
