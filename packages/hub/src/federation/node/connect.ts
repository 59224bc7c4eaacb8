import {
  CLOSE_ABNORMAL,
  type MessageSocket,
  type SocketConnector,
} from '@pigeon/signaling-protocol'
import { memorySockets } from '@pigeon/signaling-protocol/memory'
import { WsSocket } from '@pigeon/signaling-protocol/websocket'
import { systemClock } from '@pigeon/transport/system'
import { type ClientOptions, WebSocket } from 'ws'

/** How long an orderly close may take before the connection is cut, ms. */
const CLOSE_TIMEOUT_MS = 1000

/** `closeTimeout` is an option of ws since 8.19 that its types do not know yet. */
const OPTIONS: ClientOptions & { closeTimeout: number } = {
  perMessageDeflate: false,
  maxPayload: 1024 * 1024,
  closeTimeout: CLOSE_TIMEOUT_MS,
  handshakeTimeout: 5000,
}

/** Connects to another hub with `ws`. */
export const connectToHub: SocketConnector = (url, protocols) => {
  try {
    return new WsSocket(new WebSocket(url, [...protocols], OPTIONS))
  } catch (error) {
    return failed(String(error))
  }
}

/** Stands in where no connection could even be tried. */
function failed(reason: string): MessageSocket {
  const [here, there] = memorySockets({ clock: systemClock })
  there.close(CLOSE_ABNORMAL, reason)
  return here
}
