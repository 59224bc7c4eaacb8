import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { CLOSE_CODES, SUBPROTOCOL } from '@pigeon/signaling-protocol'
import { WsSocket } from '@pigeon/signaling-protocol/websocket'
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws'
import type { Hub } from '../hub.ts'
import { mayConnect } from './origin.ts'

/** Connections that are just being told why they are refused; further ones get a bare 503. */
const MAX_DISMISSING = 32

/** How long an orderly close may take before the connection is cut, ms. */
const CLOSE_TIMEOUT_MS = 1000

/** Turns HTTP upgrades into connections of a hub. */
export class Upgrader {
  readonly #hub: Hub
  readonly #corsOrigin: string | readonly string[]
  readonly #server: WebSocketServer
  #dismissing = 0

  constructor(hub: Hub, corsOrigin: string | readonly string[]) {
    this.#hub = hub
    this.#corsOrigin = corsOrigin
    /** `closeTimeout` is an option of ws since 8.19 that its types do not know yet. */
    const options: ServerOptions & { closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      // 4.6 times the CPU for each message, and memory that fragments.
      perMessageDeflate: false,
      maxPayload: hub.limits.maxMessageBytes,
      closeTimeout: CLOSE_TIMEOUT_MS,
      // Whoever speaks another protocol is taken too, but only to be told so by the close reason:
      // a refused handshake would show neither code nor text to a page.
      handleProtocols: (offered) =>
        offered.has(SUBPROTOCOL) ? SUBPROTOCOL : ([...offered][0] ?? false),
    }
    this.#server = new WebSocketServer(options)
  }

  /** Takes over a socket that asks for an upgrade. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Without a listener an error on this bare socket would end the process.
    socket.on('error', () => socket.destroy())
    if (!mayConnect(request, this.#corsOrigin)) {
      refuse(socket, '403 Forbidden', 'this origin may not use the hub')
      return
    }
    const remoteAddress = request.socket.remoteAddress ?? ''
    const refusal = this.#hub.refusal(remoteAddress)
    const welcome = refusal === undefined && speaksOurs(request)
    if (!welcome && this.#dismissing >= MAX_DISMISSING) {
      refuse(socket, '503 Service Unavailable', refusal?.message ?? `speak ${SUBPROTOCOL}`)
      return
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      if (!welcome) this.#dismissed(webSocket)
      const messages = new WsSocket(webSocket)
      if (webSocket.protocol === SUBPROTOCOL) this.#hub.accept(messages, { remoteAddress })
      else messages.close(CLOSE_CODES.VERSION, `VERSION: this hub speaks ${SUBPROTOCOL}`)
    })
  }

  #dismissed(webSocket: WebSocket): void {
    this.#dismissing++
    webSocket.on('close', () => {
      this.#dismissing--
    })
  }
}

function speaksOurs(request: IncomingMessage): boolean {
  const offered = request.headers['sec-websocket-protocol'] ?? ''
  return offered.split(',').some((protocol) => protocol.trim() === SUBPROTOCOL)
}

function refuse(socket: Duplex, status: string, text: string): void {
  const head = 'connection: close\r\ncontent-type: text/plain; charset=utf-8'
  const length = Buffer.byteLength(text)
  socket.end(`HTTP/1.1 ${status}\r\n${head}\r\ncontent-length: ${length}\r\n\r\n${text}`)
  socket.on('finish', () => socket.destroy())
}
