/**
 * Why a job ended without all its results:
 * - `VOLUNTEER_ABORTED`: its signal said so, or whoever read its results stopped
 * - `VOLUNTEER_CLOSED`: the volunteer was closed
 * - `VOLUNTEER_INPUT`: its input failed, or a value cannot be sent; `cause` says how
 */
export type VolunteerErrorCode = 'VOLUNTEER_ABORTED' | 'VOLUNTEER_CLOSED' | 'VOLUNTEER_INPUT'

/** A job came to nothing. */
export class VolunteerError extends Error {
  override readonly name = 'VolunteerError'
  readonly code: VolunteerErrorCode

  constructor(code: VolunteerErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
