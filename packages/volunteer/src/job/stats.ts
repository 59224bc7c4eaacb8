import type { PeerId } from '@pigeon/xor'

/** What one worker did for a job. */
export interface WorkerStats {
  readonly id: PeerId
  readonly done: number
  readonly failed: number
  /** Results that others contradicted. */
  readonly contradicted: number
}

/** How far a job is. */
export interface JobStats {
  /** Inputs read, results there, tasks put aside. */
  readonly read: number
  readonly done: number
  readonly dead: number
  /** Copies of tasks that are lent, and that wait for somebody. */
  readonly lent: number
  readonly queued: number
  /** Results that wait to be read. */
  readonly waiting: number
  /** Copies lent, those of the first try included. */
  readonly copies: number
  /** Copies that were lost, that failed, and results that were not needed any more. */
  readonly lost: number
  readonly failed: number
  readonly surplus: number
  /** Results a second, lately. */
  readonly perSecond: number
  readonly elapsedMs: number
  /** `undefined` while that cannot be told. */
  readonly leftMs: number | undefined
  /** All who did something. */
  readonly workers: readonly WorkerStats[]
  readonly isOver: boolean
}
