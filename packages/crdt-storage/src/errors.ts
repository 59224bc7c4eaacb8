/**
 * What can go wrong that is not wrong use:
 * - `NOT_ALLOWED`: this author has no role that allows it
 * - `NO_KEY`: the keys of this space are not here yet; they are asked for
 * - `TOO_LARGE`: it does not fit into what one entry, or one space, may hold
 * - `FULL`: a quota is used up
 * - `UNKNOWN`: there is no such space, member or key here
 * - `BEHIND`: what this author wrote last was lost here; it can write again when others have brought it
 * - `FROZEN`: nothing can be changed there, by anybody
 * - `EXISTS`: it is there already
 * - `INVALID`: bytes that should be a backup, an invitation or a snapshot are none
 * - `STORE`: what was written could not be kept, so nobody was told of it; `cause` says why
 * - `CLOSED`: it was closed
 */
export type SpaceErrorCode =
  | 'NOT_ALLOWED'
  | 'NO_KEY'
  | 'TOO_LARGE'
  | 'FULL'
  | 'UNKNOWN'
  | 'BEHIND'
  | 'FROZEN'
  | 'EXISTS'
  | 'INVALID'
  | 'STORE'
  | 'CLOSED'

/** Something could not be written, read, granted or revoked. */
export class SpaceError extends Error {
  override readonly name = 'SpaceError'
  readonly code: SpaceErrorCode

  constructor(code: SpaceErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
