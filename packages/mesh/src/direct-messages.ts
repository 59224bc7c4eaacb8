import { ByteReader, ByteWriter, type Clock, Emitter, type Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Router } from './router.ts'

/** The part of the receiver that a routed message is for. */
const DIRECT_SERVICE = 1

/** A message that found no way is sent again after this, ms. */
const AGAIN_MS = 1000

/** A message without a receipt is sent again after this, ms: a hop may have died with it. */
const UNANSWERED_MS = 3000

/** How often a message is sent at most. */
const MAX_TRIES = 3

/** Messages remembered, so that what comes twice is delivered once. */
const MAX_RECEIVED = 4096

/** Bytes of the numbers in front of a payload, at most. */
const OVERHEAD_BYTES = 24

/**
 * Why a message did not arrive:
 * - `NO_ROUTE`: no way to the peer was found, or the last one broke
 * - `TIMEOUT`: it may have arrived, but no receipt came back in time
 * - `CONGESTED`: too much waits for that peer already
 */
export type FailureCode = 'NO_ROUTE' | 'TIMEOUT' | 'CONGESTED'

/** Options of {@link DirectMessages}. */
export interface DirectMessagesOptions {
  router: Router
  /** This peer. */
  self: PeerId
  clock: Clock
  /**
   * Whether there is nobody to send through, so that a message fails at once. Default: no link. A
   * mesh knows better: its peers stay while one link takes the place of another.
   */
  isAlone?: () => boolean
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
  /** The receiver has it, after `hops` links; `ms` is the time there and back. */
  delivered: (event: { messageId: string; to: PeerId; hops: number; ms: number }) => void
  failed: (event: { messageId: string; to: PeerId; code: FailureCode }) => void
}

/** A message without a receipt. */
interface Outstanding {
  readonly id: string
  readonly to: PeerId
  readonly frame: Uint8Array
  readonly sentAt: number
  readonly cancelTimeout: () => void
  sent: boolean
  tries: number
  cancelRetry: () => void
}

/**
 * Messages to single peers, linked or not, each answered by a receipt or a failure, and delivered
 * at most once. A message is sent again where it found no way or no receipt came.
 */
export class DirectMessages {
  readonly #self: PeerId
  readonly #router: Router
  readonly #clock: Clock
  readonly #isAlone: () => boolean
  readonly #timeoutMs: number
  readonly #outstandingBytes: number
  readonly #outstanding = new Set<Outstanding>()
  readonly #received = new Set<string>()
  readonly #events = new Emitter<DirectMessagesEvents>()
  readonly #subscriptions: Unsubscribe[]
  readonly #epoch: number
  #count = 0

  constructor(options: DirectMessagesOptions) {
    this.#self = options.self
    this.#router = options.router
    this.#clock = options.clock
    this.#isAlone = options.isAlone ?? (() => !this.#router.hasNeighbours)
    this.#timeoutMs = options.timeoutMs ?? 10_000
    this.#outstandingBytes = options.outstandingBytes ?? 1024 * 1024
    this.#epoch = Math.floor(options.clock.now())
    this.#router.serve(DIRECT_SERVICE, ({ from, payload, hops }) => {
      this.#receive(from, payload, hops)
      return NO_REPLY
    })
    this.#subscriptions = [this.#router.on('drain', () => this.#flush())]
  }

  /** The largest payload, bytes. */
  get maxPayloadBytes(): number {
    return this.#router.maxPayloadBytes - OVERHEAD_BYTES
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
    const sentAt = this.#clock.now()
    const message: Outstanding = {
      id: messageId(this.#self, this.#epoch, number),
      to,
      frame: new ByteWriter(payload.length + OVERHEAD_BYTES)
        .varuint(this.#epoch)
        .varuint(number)
        .varuint(Math.floor(sentAt))
        .raw(payload)
        .finish(),
      sentAt,
      cancelTimeout: this.#clock.after(this.#timeoutMs, () => this.#fail(message, 'TIMEOUT')),
      sent: false,
      tries: 0,
      cancelRetry: () => {},
    }
    const earlier = [...this.#outstanding].filter((one) => one.to === to)
    const bytes = earlier.reduce((sum, one) => sum + one.frame.length, message.frame.length)
    this.#outstanding.add(message)
    if (bytes > this.#outstandingBytes) this.#failSoon(message, 'CONGESTED')
    else if (earlier.every(({ sent }) => sent)) this.#transmit(message)
    return message.id
  }

  /** Lets go of the router; messages without a receipt are forgotten. */
  close(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe()
    for (const message of this.#outstanding) endTimers(message)
    this.#outstanding.clear()
    this.#events.clear()
  }

  /** @returns whether there is room for more */
  #transmit(message: Outstanding): boolean {
    const result = this.#router.send(message.to, DIRECT_SERVICE, message.frame, (end) => {
      if (end.ok) this.#delivered(message, end.hops)
      else if (end.code === 'NO_ROUTE') this.#noRoute(message)
    })
    message.sent = result !== 'congested'
    if (message.sent) message.tries++
    if (result === 'sent') this.#retry(message, UNANSWERED_MS)
    else if (result === 'too-large') this.#failSoon(message, 'NO_ROUTE')
    else if (result === 'gone') this.#noRoute(message)
    return message.sent
  }

  /** The network may be about to mend. */
  #noRoute(message: Outstanding): void {
    const isHopeless = message.tries >= MAX_TRIES || this.#isAlone()
    if (isHopeless) this.#failSoon(message, 'NO_ROUTE')
    else this.#retry(message, AGAIN_MS)
  }

  #retry(message: Outstanding, ms: number): void {
    message.cancelRetry()
    if (message.tries >= MAX_TRIES || !this.#outstanding.has(message)) return
    message.cancelRetry = this.#clock.after(ms, () => this.#transmit(message))
  }

  /** Goes on where congestion stopped it, in order for each peer. */
  #flush(): void {
    const full = new Set<PeerId>()
    for (const message of [...this.#outstanding]) {
      if (message.sent || full.has(message.to)) continue
      if (!this.#transmit(message)) full.add(message.to)
    }
  }

  #delivered(message: Outstanding, hops: number): void {
    endTimers(message)
    if (!this.#outstanding.delete(message)) return
    const ms = this.#clock.now() - message.sentAt
    this.#events.emit('delivered', { messageId: message.id, to: message.to, hops, ms })
  }

  #failSoon(message: Outstanding, code: FailureCode): void {
    message.sent = true
    this.#clock.after(0, () => this.#fail(message, code))
  }

  #fail(message: Outstanding, code: FailureCode): void {
    endTimers(message)
    if (!this.#outstanding.delete(message)) return
    this.#events.emit('failed', { messageId: message.id, to: message.to, code })
  }

  #isNew(id: string): boolean {
    if (this.#received.has(id)) return false
    this.#received.add(id)
    for (const oldest of this.#received) {
      if (this.#received.size <= MAX_RECEIVED) break
      this.#received.delete(oldest)
    }
    return true
  }

  #receive(from: PeerId, bytes: Uint8Array, hops: number): void {
    try {
      const reader = new ByteReader(bytes)
      const id = messageId(from, reader.varuint(), reader.varuint())
      const timestamp = reader.varuint()
      const payload = reader.rest()
      if (!this.#isNew(id)) return
      this.#events.emit('message', { from, messageId: id, payload, hops, timestamp })
    } catch {
      // Not a message of this version.
    }
  }
}

const NO_REPLY = new Uint8Array(0)

function endTimers({ cancelTimeout, cancelRetry }: Outstanding): void {
  cancelTimeout()
  cancelRetry()
}

/** The id both sides know a message by. */
function messageId(author: PeerId, epoch: number, number: number): string {
  return `${author}-${epoch.toString(36)}-${number.toString(36)}`
}
