/**
 * Connections over WebSocket, for Node.
 * @module
 */
import { Emitter } from '@pigeon/transport'
import { type ClientOptions, WebSocket } from 'ws'
import { CLOSE_ABNORMAL } from './codes.ts'
import { MAX_MESSAGE_BYTES } from './limits.ts'
import type { MessageSocket, MessageSocketEvents, SocketConnector } from './socket.ts'
import { withV1 } from './v1/v1-socket.ts'
import { WsSocket } from './ws-socket.ts'

export { type WsLike, WsSocket } from './ws-socket.ts'

/** How long an orderly close may take before the connection is cut, ms. */
const CLOSE_TIMEOUT_MS = 1000

/** `closeTimeout` is an option of ws since 8.19 that its types do not know yet. */
const OPTIONS: ClientOptions & { closeTimeout: number } = {
  perMessageDeflate: false,
  maxPayload: MAX_MESSAGE_BYTES,
  closeTimeout: CLOSE_TIMEOUT_MS,
}

/**
 * Connects with `ws`: no compression, messages of at most 1 MiB. A PeerPigeon server is recognised
 * and spoken to in its own words.
 */
export const connectWebSocket: SocketConnector = withV1(connector('binary'), connector('text'))

/** Connects to speak wire version 1: messages are text, as UTF-8 on this side. */
export const connectV1WebSocket: SocketConnector = connector('text')

function connector(kind: 'binary' | 'text'): SocketConnector {
  return (url, protocols) => {
    try {
      return new WsSocket(new WebSocket(url, [...protocols], OPTIONS), kind)
    } catch (error) {
      return new FailedSocket(error)
    }
  }
}

/** Stands in where no connection could even be tried. */
class FailedSocket implements MessageSocket {
  readonly bufferedBytes = 0
  readonly #events = new Emitter<MessageSocketEvents>()

  constructor(error: unknown) {
    queueMicrotask(() => this.#events.emit('close', CLOSE_ABNORMAL, String(error)))
  }

  send(): void {}

  close(): void {}

  on<E extends keyof MessageSocketEvents>(event: E, listener: MessageSocketEvents[E]): () => void {
    return this.#events.on(event, listener)
  }
}
