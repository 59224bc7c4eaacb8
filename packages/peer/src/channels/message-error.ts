import type { Failure } from './messenger-options.ts'

/**
 * Why a message did not arrive:
 * - `NO_ROUTE`: no way to the peer was found
 * - `PEER_GONE`: the link broke, and the message is too large to be routed
 * - `TIMEOUT`: no receipt came in time; it may have arrived
 * - `CONGESTED`: too much is on its way to that peer already
 * - `BUSY`: the receiver does not keep up
 * - `NOBODY`: the receiver has no such channel, or speaks none
 * - `TOO_LARGE`: see the limits in the README
 * - `RATE`: more broadcasts a second than gossip takes
 * - `ABORTED`, `CLOSED`: by the signal; by `close`
 */
export type MessageErrorCode = Failure | 'RATE' | 'ABORTED' | 'CLOSED'

const HINTS: Readonly<Record<MessageErrorCode, string>> = {
  NO_ROUTE: 'The peer may have left the network, or never was in it.',
  PEER_GONE: 'Send it again when `peerConnected` tells of the peer, or in smaller parts.',
  TIMEOUT: 'The peer may be gone without a word, or its machine is stopped.',
  CONGESTED: 'Await each `send` before the next, or a few of them together.',
  BUSY: 'The receiver takes values more slowly than they come; send fewer, or let it read faster.',
  NOBODY: 'Open the channel under the same name on the other side first.',
  TOO_LARGE: 'Send a file, or connectToPeer first: more fits over a link than along a route.',
  RATE: 'Broadcast less often; everybody in the network gets each one.',
  ABORTED: 'The AbortSignal that was passed in was triggered.',
  CLOSED: 'The channel or its mesh was closed.',
}

/** A value was not delivered. */
export class MessageError extends Error {
  override readonly name = 'MessageError'
  readonly code: MessageErrorCode
  /** What to try, in plain words. */
  readonly hint: string

  constructor(code: MessageErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
    this.hint = HINTS[code]
  }
}
