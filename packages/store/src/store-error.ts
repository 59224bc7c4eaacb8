/**
 * Why a store did not do what it was asked, and what helps:
 * - `CLOSED`: the store was closed; open it again
 * - `TOO_LARGE`: a key, a value or a batch exceeds its limit; split it, or raise the limit
 * - `BUSY`: too much has begun and not ended; wait for it before asking for more
 * - `QUOTA`: no room is left; delete something, or give the store more
 * - `LOCKED`: another process has it open; end that, or choose another place
 * - `CORRUPT`: what is stored is damaged; fetch it again into a fresh store, or restore a backup
 * - `UNAVAILABLE`: there is no such storage here; the message says what is missing
 * - `FAILED`: anything else that went wrong below; `cause` says what
 */
export type StoreErrorCode =
  | 'CLOSED'
  | 'TOO_LARGE'
  | 'BUSY'
  | 'QUOTA'
  | 'LOCKED'
  | 'CORRUPT'
  | 'UNAVAILABLE'
  | 'FAILED'

/** A store could not do what it was asked. Never tells anything of keys and values but their size. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode
  constructor(code: StoreErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
