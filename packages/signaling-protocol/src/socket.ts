import type { Unsubscribe } from '@pigeon/transport'

/** What happens on a {@link MessageSocket}. */
export interface MessageSocketEvents {
  /** Messages may be sent from now on. Not emitted by a socket that was open when it was handed over. */
  open: () => void
  /** A whole message arrived. The bytes belong to the listener. */
  message: (bytes: Uint8Array) => void
  /** It is over, with the close code and reason of RFC 6455. Exactly once, and the last event. */
  close: (code: number, reason: string) => void
}

/**
 * One connection that carries whole messages in order, such as a WebSocket; the same shape at
 * the client and at the hub. Never throws, and never emits while one of its methods runs, `close`
 * included.
 */
export interface MessageSocket {
  /** Bytes handed to {@link send} that have not left yet. */
  readonly bufferedBytes: number
  /** Sends a message, which must not be changed afterwards. Does nothing unless open. */
  send(bytes: Uint8Array): void
  /**
   * Ends the connection behind what was sent. The `close` event follows within about a second,
   * however slow the other side is.
   * @param code default 1000
   * @param reason at most 123 UTF-8 bytes; more is cut
   */
  close(code?: number, reason?: string): void
  /**
   * Asks the other end for a sign of life, if this kind of connection can (RFC 6455, §5.5.2).
   * @param answered called when it comes, by this or an earlier call
   */
  ping?(answered: () => void): void
  on<E extends keyof MessageSocketEvents>(event: E, listener: MessageSocketEvents[E]): Unsubscribe
}

/**
 * Starts a connection. Never throws: what goes wrong is a `close` event, code 1006.
 * @param url `ws:` or `wss:`
 * @param protocols subprotocols, preferred first
 */
export type SocketConnector = (url: string, protocols: readonly string[]) => MessageSocket
