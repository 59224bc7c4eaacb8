import {
  ByteReader,
  ByteWriter,
  type Clock,
  Emitter,
  type Transport,
  type Unsubscribe,
} from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

const MESSAGE = 1
const RECEIPT = 2

/** Bytes a frame has beside its payload, at most. */
const OVERHEAD_BYTES = 25

/**
 * Why a message did not arrive:
 * - `NO_ROUTE`: there is no link to the peer
 * - `TIMEOUT`: it may have arrived, but no receipt came back in time
 * - `CONGESTED`: too much waits for that peer already
 */
export type FailureCode = 'NO_ROUTE' | 'TIMEOUT' | 'CONGESTED'

/** Options of {@link DirectMessages}. */
export interface DirectMessagesOptions {
  transport: Transport
  clock: Clock
  /** How long to wait for a receipt, ms. Default 10,000. */
  timeoutMs?: number
  /** Bytes sent or waiting without a receipt, for each peer. Default 1 MiB. */
  outstandingBytes?: number
}

/** What happens on {@link DirectMessages}. */
export interface DirectMessagesEvents {
  /** `timestamp` is the sender's clock when it was sent, ms since 1970. */
  message: (event: {
    from: PeerId
    messageId: string
    payload: Uint8Array
    hops: number
    timestamp: number
  }) => void
  /** The receiver has it; `ms` is the time there and back. */
  delivered: (event: { messageId: string; to: PeerId; hops: number; ms: number }) => void
  failed: (event: { messageId: string; to: PeerId; code: FailureCode }) => void
}

/** A message without a receipt. */
interface Outstanding {
  readonly number: number
  readonly to: PeerId
  readonly frame: Uint8Array
  readonly sentAt: number
  readonly cancelTimeout: () => void
  sent: boolean
}

/** Messages to single neighbours, each answered by a receipt or a failure. */
export class DirectMessages {
  readonly #transport: Transport
  readonly #clock: Clock
  readonly #timeoutMs: number
  readonly #outstandingBytes: number
  readonly #outstanding = new Map<number, Outstanding>()
  readonly #events = new Emitter<DirectMessagesEvents>()
  readonly #subscriptions: Unsubscribe[]
  readonly #epoch: number
  #count = 0

  constructor(options: DirectMessagesOptions) {
    this.#transport = options.transport
    this.#clock = options.clock
    this.#timeoutMs = options.timeoutMs ?? 10_000
    this.#outstandingBytes = options.outstandingBytes ?? 1024 * 1024
    this.#epoch = Math.floor(options.clock.now())
    this.#subscriptions = [
      this.#transport.on('frame', (from, frame) => this.#frame(from, frame)),
      this.#transport.on('drain', (peer) => this.#flush(peer)),
      this.#transport.on('down', (peer) => this.#down(peer)),
    ]
  }

  /** The largest payload, bytes. */
  get maxPayloadBytes(): number {
    return this.#transport.maxFrameBytes - OVERHEAD_BYTES
  }

  on<E extends keyof DirectMessagesEvents>(
    event: E,
    listener: DirectMessagesEvents[E],
  ): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /**
   * Sends to one peer; `delivered` or `failed` follows, never before this returns.
   * @returns the id of the message
   * @throws RangeError if the payload is larger than {@link maxPayloadBytes}
   */
  send(to: PeerId, payload: Uint8Array): string {
    if (payload.length > this.maxPayloadBytes) {
      const limit = this.maxPayloadBytes
      throw new RangeError(`a message has at most ${limit} bytes, got ${payload.length}`)
    }
    const number = ++this.#count
    const frame = new ByteWriter(payload.length + OVERHEAD_BYTES)
      .u8(MESSAGE)
      .varuint(this.#epoch)
      .varuint(number)
      .varuint(Math.floor(this.#clock.now()))
    const message: Outstanding = {
      number,
      to,
      frame: frame.raw(payload).finish(),
      sentAt: this.#clock.now(),
      cancelTimeout: this.#clock.after(this.#timeoutMs, () => this.#fail(message, 'TIMEOUT')),
      sent: false,
    }
    const waiting = [...this.#waiting(to)]
    const bytes = waiting.reduce((sum, one) => sum + one.frame.length, message.frame.length)
    this.#outstanding.set(number, message)
    if (!this.#transport.neighbours.has(to)) this.#failSoon(message, 'NO_ROUTE')
    else if (bytes > this.#outstandingBytes) this.#failSoon(message, 'CONGESTED')
    else if (waiting.every(({ sent }) => sent)) this.#transmit(message)
    return messageId(this.#transport.self, this.#epoch, number)
  }

  /** Lets go of the transport; messages without a receipt are forgotten. */
  close(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe()
    for (const { cancelTimeout } of this.#outstanding.values()) cancelTimeout()
    this.#outstanding.clear()
    this.#events.clear()
  }

  *#waiting(to: PeerId): Generator<Outstanding> {
    for (const message of this.#outstanding.values()) if (message.to === to) yield message
  }

  /** @returns whether the peer takes more */
  #transmit(message: Outstanding): boolean {
    const result = this.#transport.send(message.to, message.frame)
    message.sent = result === 'sent'
    if (result === 'gone' || result === 'too-large') this.#failSoon(message, 'NO_ROUTE')
    return result !== 'congested'
  }

  #flush(peer: PeerId): void {
    for (const message of [...this.#waiting(peer)]) {
      if (!message.sent && !this.#transmit(message)) return
    }
  }

  #down(peer: PeerId): void {
    for (const message of [...this.#waiting(peer)]) {
      this.#fail(message, message.sent ? 'TIMEOUT' : 'NO_ROUTE')
    }
  }

  #failSoon(message: Outstanding, code: FailureCode): void {
    this.#clock.after(0, () => this.#fail(message, code))
  }

  #fail({ number, to, cancelTimeout }: Outstanding, code: FailureCode): void {
    cancelTimeout()
    if (!this.#outstanding.delete(number)) return
    const id = messageId(this.#transport.self, this.#epoch, number)
    this.#events.emit('failed', { messageId: id, to, code })
  }

  #frame(from: PeerId, frame: Uint8Array): void {
    try {
      const reader = new ByteReader(frame)
      const kind = reader.u8()
      const epoch = reader.varuint()
      const number = reader.varuint()
      if (kind === MESSAGE) this.#message(from, epoch, number, reader)
      else if (kind === RECEIPT && epoch === this.#epoch) this.#receipt(from, number)
    } catch {
      // Not a frame of this version: nothing to answer.
    }
  }

  #message(from: PeerId, epoch: number, number: number, reader: ByteReader): void {
    const timestamp = reader.varuint()
    const payload = reader.rest()
    const receipt = new ByteWriter(OVERHEAD_BYTES).u8(RECEIPT).varuint(epoch).varuint(number)
    // Without room for the receipt the sender will see a timeout, which is what a lost one means.
    this.#transport.send(from, receipt.finish())
    const id = messageId(from, epoch, number)
    this.#events.emit('message', { from, messageId: id, payload, hops: 1, timestamp })
  }

  #receipt(from: PeerId, number: number): void {
    const message = this.#outstanding.get(number)
    if (message === undefined || message.to !== from) return
    message.cancelTimeout()
    this.#outstanding.delete(number)
    const ms = this.#clock.now() - message.sentAt
    const id = messageId(this.#transport.self, this.#epoch, number)
    this.#events.emit('delivered', { messageId: id, to: from, hops: 1, ms })
  }
}

/** The id both sides know a message by. */
function messageId(author: PeerId, epoch: number, number: number): string {
  return `${author}-${epoch.toString(36)}-${number.toString(36)}`
}
