/**
 * Connections over WebSocket, for browsers, workers, and other hosts with a global `WebSocket`.
 * @module
 */
import { Emitter } from '@pigeon/transport'
import { fitCloseReason } from './close-reason.ts'
import { CLOSE_ABNORMAL, CLOSE_NORMAL } from './codes.ts'
import { utf8Bytes, utf8Text } from './json.ts'
import type { MessageSocket, MessageSocketEvents, SocketConnector } from './socket.ts'
import { withV1 } from './v1/v1-socket.ts'

/** The part of the WHATWG WebSocket interface that is used here. */
interface WebSocketLike {
  binaryType: string
  readonly readyState: number
  readonly bufferedAmount: number
  onopen: (() => void) | null
  onmessage: ((event: { readonly data: unknown }) => void) | null
  onerror: (() => void) | null
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null
  send(data: Uint8Array | string): void
  close(code: number, reason: string): void
}

declare const WebSocket: new (url: string, protocols: string[]) => WebSocketLike
declare const setTimeout: (run: () => void, ms: number) => unknown
declare const clearTimeout: (timer: unknown) => void
declare const queueMicrotask: (run: () => void) => void

/** What a message of the wrong kind becomes; it decodes as malformed. */
const NO_BYTES = new Uint8Array(0)

/** `WebSocket.OPEN`. */
const OPEN = 1

/** How long an orderly close may take before it counts as done, ms. Browsers wait for minutes. */
const CLOSE_TIMEOUT_MS = 1000

/**
 * Connects with the global `WebSocket`. A PeerPigeon server is recognised and spoken to in its own
 * words.
 */
export const connectWebSocket: SocketConnector = withV1(
  (url, protocols) => new BrowserSocket(url, protocols),
  (url, protocols) => new BrowserSocket(url, protocols, true),
)

/** Connects to speak wire version 1: messages are text, as UTF-8 on this side. */
export const connectV1WebSocket: SocketConnector = (url, protocols) =>
  new BrowserSocket(url, protocols, true)

class BrowserSocket implements MessageSocket {
  readonly #socket: WebSocketLike | undefined
  readonly #asText: boolean
  readonly #events = new Emitter<MessageSocketEvents>()
  #closing: unknown
  #ended = false

  constructor(url: string, protocols: readonly string[], asText = false) {
    this.#asText = asText
    let socket: WebSocketLike
    try {
      socket = new WebSocket(url, [...protocols])
    } catch (error) {
      // A page under https may not use ws:, and there may be no WebSocket at all.
      queueMicrotask(() => this.#end(CLOSE_ABNORMAL, String(error)))
      return
    }
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => this.#events.emit('open')
    socket.onmessage = ({ data }) => {
      this.#events.emit('message', this.#bytesOf(data))
    }
    // `close` always follows. Where the class comes from Node an error nobody hears ends the process.
    socket.onerror = () => {}
    socket.onclose = ({ code, reason }) => this.#end(code, reason)
    this.#socket = socket
  }

  get bufferedBytes(): number {
    return this.#socket?.bufferedAmount ?? 0
  }

  send(bytes: Uint8Array): void {
    if (this.#socket?.readyState !== OPEN) return
    this.#socket.send(this.#asText ? utf8Text(bytes) : bytes)
  }

  close(code: number = CLOSE_NORMAL, reason = ''): void {
    if (this.#socket === undefined || this.#ended || this.#closing !== undefined) return
    const fitting = fitCloseReason(reason)
    this.#closing = setTimeout(() => this.#end(CLOSE_ABNORMAL, fitting), CLOSE_TIMEOUT_MS)
    // Browsers let pages use 1000 and 3000 to 4999 only.
    this.#socket.close(code === CLOSE_NORMAL || code >= 3000 ? code : 4999, fitting)
  }

  on<E extends keyof MessageSocketEvents>(event: E, listener: MessageSocketEvents[E]): () => void {
    return this.#events.on(event, listener)
  }

  #bytesOf(data: unknown): Uint8Array {
    if (this.#asText) return typeof data === 'string' ? utf8Bytes(data) : NO_BYTES
    return data instanceof ArrayBuffer ? new Uint8Array(data) : NO_BYTES
  }

  #end(code: number, reason: string): void {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#closing)
    if (this.#socket !== undefined) {
      this.#socket.onopen = null
      this.#socket.onmessage = null
      this.#socket.onclose = null
    }
    this.#events.emit('close', code, reason)
    this.#events.clear()
  }
}
