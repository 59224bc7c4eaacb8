import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import {
  audienceOf,
  CLOSE_CODES,
  type OfferedIceServer,
  SUBPROTOCOL,
} from '@pigeon/signaling-protocol'
import { WsSocket } from '@pigeon/signaling-protocol/websocket'
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws'
import type { TokenGrant, VerifyToken } from '../auth.ts'
import type { Hub } from '../hub.ts'
import { clientAddress } from './client-address.ts'
import { type Dialect, dialectOf } from './dialect.ts'
import type { HubExtension } from './extension.ts'
import { mayConnect } from './origin.ts'
import type { RateGate } from './rate-gate.ts'

/** Connections that are just being told why they are refused; further ones get a bare 503. */
const MAX_DISMISSING = 32

/** How long an orderly close may take before the connection is cut, ms. */
const CLOSE_TIMEOUT_MS = 1000

/** Pieces that one message may come in, and buffers that may wait in all (ws 8.23). */
const MAX_FRAGMENTS = 64
const MAX_BUFFERED_CHUNKS = 4096

/** No closure: it would keep the request for as long as the connection lives. */
function destroy(this: Duplex): void {
  this.destroy()
}

/** What an {@link Upgrader} needs to know. */
export interface UpgraderOptions {
  readonly corsOrigin: string | readonly string[]
  readonly trustProxy: number
  readonly rateGate: RateGate
  readonly verifyToken: VerifyToken | undefined
  /** Names that this hub is dialled by, besides what each request says. */
  readonly publicUrls: readonly string[]
  /** What helps a client of this request to link. */
  readonly iceServers: ((request: IncomingMessage) => readonly OfferedIceServer[]) | undefined
  readonly allowV1: boolean
  /** What else is spoken on this port. */
  readonly extension: HubExtension | undefined
}

/** Turns HTTP upgrades into connections of a hub. */
export class Upgrader {
  readonly #hub: Hub
  readonly #options: UpgraderOptions
  readonly #server: WebSocketServer
  /** For the extension, whose messages have limits of their own. */
  readonly #other: WebSocketServer
  #dismissing = 0
  /** Upgrades refused before the hub saw them, by HTTP status. */
  readonly refused: Record<number, number> = {}

  constructor(hub: Hub, options: UpgraderOptions) {
    this.#hub = hub
    this.#options = options
    /** Options of ws since 8.19 that its types do not know yet. */
    const all: ServerOptions & {
      closeTimeout: number
      maxFragments: number
      maxBufferedChunks: number
    } = {
      noServer: true,
      clientTracking: false,
      // 4.6 times the CPU for each message, and memory that fragments.
      perMessageDeflate: false,
      maxPayload: hub.limits.maxMessageBytes,
      closeTimeout: CLOSE_TIMEOUT_MS,
      maxFragments: MAX_FRAGMENTS,
      maxBufferedChunks: MAX_BUFFERED_CHUNKS,
      // Whoever speaks another protocol is taken too, but only to be told so by the close reason:
      // a refused handshake would show neither code nor text to a page.
      handleProtocols: (offered) =>
        offered.has(SUBPROTOCOL) ? SUBPROTOCOL : ([...offered][0] ?? false),
    }
    this.#server = new WebSocketServer(all)
    const { subprotocol = '', maxMessageBytes = 0 } = options.extension ?? {}
    const handleProtocols = (): string => subprotocol
    this.#other = new WebSocketServer({ ...all, maxPayload: maxMessageBytes, handleProtocols })
  }

  /** Takes over a socket that asks for an upgrade. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Without a listener an error on this bare socket would end the process.
    socket.on('error', destroy)
    const { corsOrigin, trustProxy, rateGate } = this.#options
    if (!mayConnect(request, corsOrigin)) {
      this.#refuse(socket, 403, 'Forbidden', 'this origin may not use the hub')
      return
    }
    const remoteAddress = clientAddress(request, trustProxy)
    if (rateGate.isOver(remoteAddress)) {
      this.#refuse(socket, 429, 'Too Many Requests', 'too many connections a second')
      return
    }
    const dialect = this.#dialectOf(request)
    const { extension } = this.#options
    if (dialect.kind === 'extension' && extension !== undefined) {
      this.#other.handleUpgrade(request, socket, head, (webSocket) => {
        extension.accept(new WsSocket(webSocket), remoteAddress)
      })
      return
    }
    const refusal = this.#hub.refusal(remoteAddress)
    const welcome = refusal === undefined && (dialect.kind === 'v2' || dialect.kind === 'v1')
    if (!welcome && this.#dismissing >= MAX_DISMISSING) {
      const text = refusal?.message ?? `speak ${SUBPROTOCOL}`
      this.#refuse(socket, 503, 'Service Unavailable', text)
      return
    }
    const finish = (grant: TokenGrant | undefined): void => {
      if (socket.destroyed) return
      this.#server.handleUpgrade(request, socket, head, (webSocket) => {
        if (!welcome) this.#dismissed(webSocket)
        this.#hand(webSocket, dialect, request, grant)
      })
    }
    const { verifyToken } = this.#options
    const token = dialect.kind === 'v1' ? dialect.token : undefined
    if (token === undefined || verifyToken === undefined) finish(undefined)
    else void verifyToken(token).then(finish)
  }

  #dialectOf(request: IncomingMessage): Dialect {
    const { extension, allowV1 } = this.#options
    const dialect = dialectOf(request, extension?.subprotocol)
    const isV1 = dialect.kind === 'v1' || dialect.kind === 'bad-id'
    return isV1 && !allowV1 ? { kind: 'unknown' } : dialect
  }

  #hand(
    webSocket: WebSocket,
    dialect: Dialect,
    request: IncomingMessage,
    grant: TokenGrant | undefined,
  ): void {
    const remoteAddress = clientAddress(request, this.#options.trustProxy)
    switch (dialect.kind) {
      case 'v2': {
        const audiences = this.#audiences(request)
        const iceServers = this.#options.iceServers?.(request)
        this.#hub.accept(new WsSocket(webSocket), { remoteAddress, audiences, iceServers })
        return
      }
      case 'v1': {
        const { peerId } = dialect
        this.#hub.acceptV1(new WsSocket(webSocket, 'text'), { remoteAddress, peerId, grant })
        return
      }
      case 'bad-id':
        new WsSocket(webSocket, 'text').close(1008, 'Invalid peerId format')
        return
      default: {
        const reason = `VERSION: this hub speaks ${SUBPROTOCOL}`
        new WsSocket(webSocket).close(CLOSE_CODES.VERSION, reason)
      }
    }
  }

  /** How the client may have written the name of this hub. */
  #audiences(request: IncomingMessage): string[] {
    const { publicUrls, trustProxy } = this.#options
    const { host } = request.headers
    const forwarded = trustProxy > 0 ? request.headers['x-forwarded-host'] : undefined
    const names = [...publicUrls, ...(host ? [host] : []), ...(forwarded ? [`${forwarded}`] : [])]
    return names.map(audienceOf)
  }

  #dismissed(webSocket: WebSocket): void {
    this.#dismissing++
    webSocket.on('close', () => {
      this.#dismissing--
    })
  }

  #refuse(socket: Duplex, status: number, name: string, text: string): void {
    this.refused[status] = (this.refused[status] ?? 0) + 1
    const head = 'connection: close\r\ncontent-type: text/plain; charset=utf-8'
    const length = Buffer.byteLength(text)
    socket.end(`HTTP/1.1 ${status} ${name}\r\n${head}\r\ncontent-length: ${length}\r\n\r\n${text}`)
    socket.on('finish', () => socket.destroy())
  }
}
