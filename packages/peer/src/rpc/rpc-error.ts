import type { Failure } from '../channels/messenger-options.ts'

/**
 * Why a call failed, unless its handler threw an `RpcError` with a code of its own:
 * - `NO_HANDLER`: nobody handles the name there
 * - `HANDLER_FAILED`: the handler threw; what, stays there
 * - `BUSY`: the other side handles as many calls as it may
 * - `TIMEOUT`: no answer in time
 * - `MALFORMED`: the answer made no sense
 * - `RESULT_TOO_LARGE`: the answer is larger than what can be sent
 * - `CONGESTED`: as many calls are open as may be, or too much is on its way
 * - `NO_ROUTE`, `PEER_GONE`, `NOBODY`, `TOO_LARGE`: the call did not arrive
 * - `ABORTED`, `CLOSED`: by the signal; by `close`
 */
export type RpcErrorCode =
  | Failure
  | 'NO_HANDLER'
  | 'HANDLER_FAILED'
  | 'MALFORMED'
  | 'RESULT_TOO_LARGE'
  | 'ABORTED'
  | 'CLOSED'

const HINTS: Readonly<Record<RpcErrorCode, string>> = {
  NO_HANDLER: 'The other side must handle this name before it is called.',
  HANDLER_FAILED: 'See the `failed` event there; throw an RpcError to tell the caller more.',
  BUSY: 'Call less at once, or raise `maxHandling` there.',
  TIMEOUT: 'The handler may be slow: raise `timeoutMs`. Or the peer is gone.',
  MALFORMED: 'The other side may run another version.',
  RESULT_TOO_LARGE: 'Send a file, or link with the peer first: more fits over a link.',
  CONGESTED: 'Await some calls before the next ones, or raise `maxCalls`.',
  NO_ROUTE: 'The peer may have left the network, or never was in it.',
  PEER_GONE: 'The link broke while a large call was on its way; call again.',
  NOBODY: 'The other side has not opened rpc.',
  TOO_LARGE: 'Send a file, or link with the peer first: more fits over a link.',
  ABORTED: 'The AbortSignal that was passed in was triggered.',
  CLOSED: 'The mesh was closed.',
}

/** A call failed. A handler that throws one tells its code and message to the caller. */
export class RpcError extends Error {
  override readonly name = 'RpcError'
  /** An {@link RpcErrorCode}, or what the handler threw. */
  readonly code: RpcErrorCode | (string & {})
  /** What to try, in plain words; '' for a code of the application. */
  readonly hint: string

  /**
   * @param code 1 to 64 bytes
   * @param message at most 1,024 bytes cross the wire
   */
  constructor(code: RpcErrorCode | (string & {}), message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
    this.hint = Object.hasOwn(HINTS, code) ? HINTS[code as RpcErrorCode] : ''
  }
}
