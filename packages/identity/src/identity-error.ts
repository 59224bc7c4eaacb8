/**
 * What went wrong with stored or exported keys:
 * - `KEY_FILE_EXPOSED`: others on this machine can read the file; its permissions must be 600
 * - `KEY_FILE_INVALID`: the file holds no key
 * - `KEY_STORE_FAILED`: the store could not be read or written; `cause` says why
 * - `EXPORT_MALFORMED`: the text is no exported key of this version
 * - `EXPORT_TOO_COSTLY`: opening it would take more memory or time than is allowed
 * - `PASSPHRASE_WRONG`: another passphrase, or the text was changed
 * - `STORE_NOT_EMPTY`: the store has another key already
 */
export type IdentityErrorCode =
  | 'KEY_FILE_EXPOSED'
  | 'KEY_FILE_INVALID'
  | 'KEY_STORE_FAILED'
  | 'EXPORT_MALFORMED'
  | 'EXPORT_TOO_COSTLY'
  | 'PASSPHRASE_WRONG'
  | 'STORE_NOT_EMPTY'

/** Keys could not be stored, loaded, exported or imported. Never tells anything of a key. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError'
  readonly code: IdentityErrorCode
  constructor(code: IdentityErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
