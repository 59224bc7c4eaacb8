import type { Path } from './path.ts'

/** What a link knows of itself. */
export interface LinkStats {
  /** There and back, ms; `undefined` if no answer came in time. */
  readonly rttMs: number | undefined
  readonly path: Path
  /** Whether a TURN server carries it; `undefined` if the engine does not say. */
  readonly isRelayed: boolean | undefined
  /** Frames' bytes taken for the other side, and come from it. */
  readonly sentBytes: number
  readonly receivedBytes: number
  /** Bytes taken that are still on this machine. */
  readonly outstandingBytes: number
}

/** Whether either end of `path` is a TURN server's. */
export function isRelayed({ local, remote }: Path): boolean | undefined {
  if (local === undefined) return undefined
  return local === 'relay' || remote === 'relay'
}
