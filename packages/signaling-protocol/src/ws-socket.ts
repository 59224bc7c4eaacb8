import { Emitter } from '@pigeon/transport'
import { fitCloseReason } from './close-reason.ts'
import { CLOSE_NORMAL } from './codes.ts'
import type { MessageSocket, MessageSocketEvents } from './socket.ts'

/** The part of a WebSocket of the `ws` package that is used here. */
export interface WsLike {
  readonly readyState: number
  readonly bufferedAmount: number
  send(data: Uint8Array, options: { readonly binary: boolean }, done: (error?: Error) => void): void
  ping(data: undefined, mask: undefined, done: (error?: Error) => void): void
  close(code: number, reason: string): void
  on(event: string, listener: (...args: never[]) => void): unknown
}

type WsData = Buffer | ArrayBuffer | Buffer[]

/** `WebSocket.OPEN`. */
const OPEN = 1

/** How ws sends; shared, since there may be very many sockets. */
const BINARY = { binary: true } as const
const TEXT = { binary: false } as const

/** A {@link MessageSocket} over a WebSocket of the `ws` package, either end. */
export class WsSocket implements MessageSocket {
  readonly #socket: WsLike
  readonly #events = new Emitter<MessageSocketEvents>()
  readonly #options: { readonly binary: boolean }
  #failure = ''
  #answered: (() => void) | undefined

  /**
   * Takes the socket over: it adds the listeners, and nobody else should close it.
   * @param kind which WebSocket messages carry ours, default `binary`; one of the other kind comes as
   * no bytes at all. Text is UTF-8 on either side of this class.
   */
  constructor(socket: WsLike, kind: 'binary' | 'text' = 'binary') {
    this.#socket = socket
    this.#options = kind === 'binary' ? BINARY : TEXT
    if (socket.readyState !== OPEN) socket.on('open', () => this.#events.emit('open'))
    socket.on('message', (data: WsData, isBinary: boolean) => {
      this.#events.emit('message', isBinary === this.#options.binary ? bytesOf(data) : NO_BYTES)
    })
    // `close` always follows; without this listener an error would end the process.
    socket.on('error', (error: Error) => {
      this.#failure = error.message
    })
    socket.on('close', (code: number, reason: Buffer) => {
      this.#events.emit('close', code, reason.length > 0 ? reason.toString() : this.#failure)
      this.#events.clear()
    })
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount
  }

  send(bytes: Uint8Array): void {
    if (this.#socket.readyState !== OPEN) return
    // A message that has to wait must not keep alive the whole read buffer it is a view into.
    const waits = this.#socket.bufferedAmount > 0
    this.#socket.send(waits ? new Uint8Array(bytes) : bytes, this.#options, ignoreError)
  }

  ping(answered: () => void): void {
    if (this.#socket.readyState !== OPEN) return
    if (this.#answered === undefined) this.#socket.on('pong', () => this.#answered?.())
    this.#answered = answered
    this.#socket.ping(undefined, undefined, ignoreError)
  }

  close(code: number = CLOSE_NORMAL, reason = ''): void {
    this.#socket.close(code, fitCloseReason(reason))
  }

  on<E extends keyof MessageSocketEvents>(event: E, listener: MessageSocketEvents[E]): () => void {
    return this.#events.on(event, listener)
  }
}

/** What a message of the wrong kind becomes; it decodes as malformed. */
const NO_BYTES = new Uint8Array(0)

// The socket closes by itself after a failed write.
function ignoreError(): void {}

function bytesOf(data: WsData): Uint8Array {
  if (data instanceof Uint8Array) return data
  return data instanceof ArrayBuffer ? new Uint8Array(data) : Buffer.concat(data)
}
