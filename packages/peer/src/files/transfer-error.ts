/** Reasons that cross the wire, by number: part of the wire format. */
export const STOP_CODES = [
  'CANCELLED',
  'REJECTED',
  'NOBODY',
  'BUSY',
  'TOO_LARGE',
  'TIMEOUT',
  'MALFORMED',
  'SIZE_MISMATCH',
  'HASH_MISMATCH',
  'SOURCE_FAILED',
  'SINK_FAILED',
  'CANNOT_RESUME',
] as const

/** A reason for which either side may stop a transfer. */
export type StopCode = (typeof STOP_CODES)[number]

/**
 * Why a transfer ended without its file:
 * - `CANCELLED`, `REJECTED`: by a person or program, here or there
 * - `NOBODY`: nobody there listens for offers
 * - `BUSY`: as many transfers are open as may be
 * - `TOO_LARGE`: larger than the receiver takes
 * - `TIMEOUT`: the offer was not answered, or nothing came for too long
 * - `MALFORMED`: the other side broke the protocol
 * - `SIZE_MISMATCH`, `HASH_MISMATCH`: what came is not what was offered, or sent
 * - `SOURCE_FAILED`, `SINK_FAILED`: reading there or writing here threw, or the reverse
 * - `CANNOT_RESUME`: the receiver forgot what it had, and a stream cannot be read again
 * - `NOT_LINKED`: no link to the peer came about
 * - `PEER_GONE`: the link broke and did not come back
 * - `ABORTED`, `CLOSED`: by the signal; by the end of the mesh
 */
export type TransferErrorCode = StopCode | 'NOT_LINKED' | 'PEER_GONE' | 'ABORTED' | 'CLOSED'

const HINTS: Readonly<Record<TransferErrorCode, string>> = {
  CANCELLED: 'Offer it again if that was a mistake.',
  REJECTED: 'The receiver does not want this file.',
  NOBODY: "The receiver must listen: openFiles(mesh).on('offer', …).",
  BUSY: 'Wait for other transfers to end, or raise `maxTransfers`.',
  TOO_LARGE: 'The receiver may raise `maxFileBytes` or `maxMemoryBytes`, or save into a stream.',
  TIMEOUT: 'The receiver may not have decided, or its sink or the source stands still.',
  MALFORMED: 'The other side may run another version.',
  SIZE_MISMATCH: 'The file may have changed while it was read; send it again.',
  HASH_MISMATCH: 'The file may have changed while it was read; send it again.',
  SOURCE_FAILED: 'The file may have been deleted or changed since it was chosen.',
  SINK_FAILED: 'The disk may be full, or the page may not write there.',
  CANNOT_RESUME: 'Send a Blob or bytes: they can be read again from any place.',
  NOT_LINKED: 'Files need a direct link; the peer may be away, or no direct path exists.',
  PEER_GONE: 'The peer left, or was away for longer than `resumeMs`.',
  ABORTED: 'The AbortSignal that was passed in was triggered.',
  CLOSED: 'The mesh was closed.',
}

/** A transfer failed. */
export class TransferError extends Error {
  override readonly name = 'TransferError'
  readonly code: TransferErrorCode
  /** What to try, in plain words. */
  readonly hint: string

  constructor(code: TransferErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
    this.hint = HINTS[code]
  }
}
