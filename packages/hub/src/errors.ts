/**
 * Codes of {@link HubError}: the port is in use; the port needs rights this process has not; the
 * host is none of this machine's; certificate and key do not fit; listening failed for another
 * reason.
 */
export type HubErrorCode =
  | 'PORT_BUSY'
  | 'PORT_DENIED'
  | 'HOST_UNAVAILABLE'
  | 'TLS_FAILED'
  | 'LISTEN_FAILED'

/** A hub server could not start. */
export class HubError extends Error {
  override readonly name = 'HubError'
  readonly code: HubErrorCode
  constructor(code: HubErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
