/**
 * What can go wrong in a {@link Dht} that is not wrong use.
 * - `UNREACHABLE`: too few of those that should answer did in time
 * - `CONFLICT`: somebody else wrote the same number; `current` is what all replicas keep
 * - `OUTDATED`: a higher number is there already; `current` is it
 * - `CHANGED`: the record is not the one that `expected` names; `current` is it
 * - `EXPIRED`: its time is over, or further ahead than replicas accept
 * - `INVALID`: replicas do not accept its signature, or a time in it
 * - `FULL`: replicas have no room, or this origin has used up its share
 * - `BUSY`: too much has begun and not ended, here or at a replica
 * - `NO_KEY`: there is no key here to sign with
 * - `CLOSED`: it was closed
 * - `ABORTED`: its caller ended it
 * - `DISABLED`: there is no table here, by an option
 */
export type DhtErrorCode =
  | 'UNREACHABLE'
  | 'CONFLICT'
  | 'OUTDATED'
  | 'CHANGED'
  | 'EXPIRED'
  | 'INVALID'
  | 'FULL'
  | 'BUSY'
  | 'NO_KEY'
  | 'CLOSED'
  | 'ABORTED'
  | 'DISABLED'

/** What replicas answer to a record, as a byte on the wire. */
export const Verdict = {
  stored: 0,
  conflict: 1,
  outdated: 2,
  changed: 3,
  expired: 4,
  invalid: 5,
  full: 6,
  busy: 7,
  /** The replica is not one for this place, as far as it knows. */
  elsewhere: 8,
} as const

/** One of {@link Verdict}. */
export type Verdict = (typeof Verdict)[keyof typeof Verdict]

/** What each refusal means to who asked; `elsewhere` and `busy` are tried again before. */
export const REFUSALS: Readonly<Record<number, DhtErrorCode>> = {
  [Verdict.conflict]: 'CONFLICT',
  [Verdict.outdated]: 'OUTDATED',
  [Verdict.changed]: 'CHANGED',
  [Verdict.expired]: 'EXPIRED',
  [Verdict.invalid]: 'INVALID',
  [Verdict.full]: 'FULL',
}

/** A record could not be written, read or followed. */
export class DhtError extends Error {
  override readonly name = 'DhtError'
  readonly code: DhtErrorCode

  constructor(code: DhtErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
