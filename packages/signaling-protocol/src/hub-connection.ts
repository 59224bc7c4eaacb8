import type { SendResult, Unsubscribe } from '@pigeon/transport'
import type { Welcome } from './bodies.ts'
import { encodeClientMessage } from './client-codec.ts'
import { helloBytes, proofBytes } from './client-handshake.ts'
import type { HubProver, ResolvedClientOptions } from './client-options.ts'
import { CLOSE_ABNORMAL, CLOSE_NORMAL } from './codes.ts'
import { Heartbeat } from './heartbeat.ts'
import { SUBPROTOCOL } from './limits.ts'
import { afterPunctually } from './punctual.ts'
import type { MessageSocket } from './socket.ts'

/** What a {@link HubConnection} tells of; nothing after it is closed. */
export interface HubConnectionEvents {
  /** The secret by which this hub knows the client again; asked for when it is needed. */
  readonly session: () => string
  readonly message: (bytes: Uint8Array) => void
  /** It is over, or as good as: to be closed. */
  readonly lost: (code: number, reason: string) => void
}

/** One connection to one hub: says HELLO once it is open, and finds out when the hub is silent. */
export class HubConnection {
  readonly url: string
  readonly #options: ResolvedClientOptions
  readonly #events: HubConnectionEvents
  readonly #socket: MessageSocket
  readonly #detach: readonly Unsubscribe[]
  #cancelTimeout: () => void
  #heartbeat: Heartbeat | undefined
  #isClosed = false

  constructor(url: string, options: ResolvedClientOptions, events: HubConnectionEvents) {
    this.url = url
    this.#options = options
    this.#events = events
    const { connect, clock, connectTimeoutMs } = options
    const socket = connect(url, [SUBPROTOCOL])
    this.#socket = socket
    this.#detach = [
      socket.on('open', () => socket.send(helloBytes(options, events.session()))),
      socket.on('message', (bytes) => {
        this.#heartbeat?.heard()
        events.message(bytes)
      }),
      socket.on('close', (code, reason) => events.lost(code, reason)),
    ]
    this.#cancelTimeout = afterPunctually(clock, connectTimeoutMs, () =>
      events.lost(CLOSE_ABNORMAL, `no answer within ${connectTimeoutMs} ms`),
    )
  }

  /** Answers a CHALLENGE. */
  prove(prove: HubProver, nonce: string): void {
    const { self: peerId, network } = this.#options
    proofBytes(prove, { peerId, network, url: this.url, nonce }).then(
      (bytes) => this.#socket.send(bytes),
      (error: unknown) => {
        if (!this.#isClosed) this.#events.lost(CLOSE_ABNORMAL, `cannot sign: ${String(error)}`)
      },
    )
  }

  /** The hub took this client: from now on it is asked whether it lives. */
  welcomed({ heartbeatMs }: Welcome): void {
    const { clock, pongTimeoutMs, missedPongs } = this.#options
    this.#cancelTimeout()
    this.#heartbeat = new Heartbeat({
      clock,
      intervalMs: heartbeatMs,
      answerMs: pongTimeoutMs,
      misses: missedPongs,
      ping: () => this.#socket.send(encodeClientMessage({ type: 'ping' })),
      dead: () => this.#events.lost(CLOSE_ABNORMAL, 'the hub does not answer'),
    })
  }

  /** Asks a silent hub at once. */
  check(): void {
    this.#heartbeat?.check()
  }

  /** @returns `congested` if too much is unsent */
  send(bytes: number, encode: () => Uint8Array): SendResult {
    const { bufferedBytes } = this.#socket
    if (bufferedBytes > 0 && bufferedBytes + bytes > this.#options.maxBufferedBytes) {
      return 'congested'
    }
    this.#socket.send(encode())
    this.#heartbeat?.sent()
    return 'sent'
  }

  /** Takes its leave, however much is unsent. */
  goodbye(): void {
    this.#socket.send(encodeClientMessage({ type: 'goodbye' }))
  }

  close(reason: string): void {
    this.#isClosed = true
    for (const unsubscribe of this.#detach) unsubscribe()
    this.#cancelTimeout()
    this.#heartbeat?.stop()
    this.#socket.close(CLOSE_NORMAL, reason)
  }
}
