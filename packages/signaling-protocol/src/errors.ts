/** Codes of {@link SignalingError}. */
export type SignalingErrorCode = 'SIGNALING_TOO_LARGE' | 'SIGNALING_INVALID'

/** A message cannot be written: it breaks a bound of the wire format. */
export class SignalingError extends Error {
  override readonly name = 'SignalingError'
  readonly code: SignalingErrorCode
  constructor(code: SignalingErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
