import { ByteReader, ByteWriter, type Clock, Emitter, type Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { type Envelopes, type Opened, Opener } from './envelopes.ts'
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
  /** Keeps what is sent from the peers that pass it on, and proves who sent it. Default: nothing. */
  envelopes?: Envelopes
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
    /** Whether `from` is proven to have sent it; else it is a claim. */
    verified: boolean
  }) => void
  /** The receiver has it, after `hops` links; `ms` is the time there and back. */
  delivered: (event: { messageId: string; to: PeerId; hops: number; ms: number }) => void
  failed: (event: { messageId: string; to: PeerId; code: FailureCode }) => void
}

/** A message without a receipt. */
interface Outstanding {
  readonly id: string
  readonly to: PeerId
  readonly bytes: number
  /** Nothing while it is being sealed. */
  frame: Uint8Array | undefined
  readonly sentAt: number
  readonly cancelTimeout: () => void
  sent: boolean
  tries: number
  cancelRetry: () => void
}

/**
 * Messages to single peers, linked or not, each answered by a receipt or a failure, and delivered
 * at most once. A message is sent again where it found no way or no receipt came. With envelopes, a
 * receipt says that it arrived, not that it could be opened.
 */
export class DirectMessages {
  readonly #self: PeerId
  readonly #router: Router
  readonly #clock: Clock
  readonly #isAlone: () => boolean
  readonly #envelopes: Envelopes | undefined
  readonly #opener: Opener | undefined
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
    this.#envelopes = options.envelopes
    this.#opener = options.envelopes && new Opener(options.envelopes)
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
    return this.#router.maxPayloadBytes - OVERHEAD_BYTES - (this.#envelopes?.overheadBytes ?? 0)
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
    const header = new ByteWriter(OVERHEAD_BYTES)
      .varuint(this.#epoch)
      .varuint(number)
      .varuint(Math.floor(sentAt))
      .finish()
    const message: Outstanding = {
      id: nameOf(this.#self, this.#epoch, number),
      to,
      bytes: header.length + payload.length,
      frame: undefined,
      sentAt,
      cancelTimeout: this.#clock.after(this.#timeoutMs, () => this.#fail(message, 'TIMEOUT')),
      sent: false,
      tries: 0,
      cancelRetry: () => {},
    }
    const earlier = [...this.#outstanding].filter((one) => one.to === to)
    const bytes = earlier.reduce((sum, one) => sum + one.bytes, message.bytes)
    this.#outstanding.add(message)
    if (bytes > this.#outstandingBytes) this.#failSoon(message, 'CONGESTED')
    else if (this.#envelopes !== undefined) void this.#seal(message, header, payload.slice())
    else {
      message.frame = join(header, payload)
      if (earlier.every(({ sent }) => sent)) this.#transmit(message, message.frame)
    }
    return message.id
  }

  /** Lets go of the router; messages without a receipt are forgotten. */
  close(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe()
    for (const message of this.#outstanding) endTimers(message)
    this.#outstanding.clear()
    this.#events.clear()
  }

  async #seal(message: Outstanding, header: Uint8Array, payload: Uint8Array): Promise<void> {
    const sealed = await this.#envelopes?.seal(payload, message.to, header).catch(() => undefined)
    if (!this.#outstanding.has(message)) return
    if (sealed === undefined) {
      this.#failSoon(message, 'NO_ROUTE')
    } else {
      message.frame = join(header, sealed)
    }
    this.#flush()
  }

  /** @returns whether there is room for more */
  #transmit(message: Outstanding, frame: Uint8Array): boolean {
    const result = this.#router.send(message.to, DIRECT_SERVICE, frame, (end) => {
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
    const { frame } = message
    if (frame === undefined) return
    message.cancelRetry = this.#clock.after(ms, () => this.#transmit(message, frame))
  }

  /** Goes on where congestion, or a message that is being sealed, stopped it; in order for each peer. */
  #flush(): void {
    const full = new Set<PeerId>()
    for (const message of [...this.#outstanding]) {
      if (message.sent || full.has(message.to)) continue
      const { frame } = message
      if (frame === undefined || !this.#transmit(message, frame)) full.add(message.to)
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
      const messageId = nameOf(from, reader.varuint(), reader.varuint())
      const timestamp = reader.varuint()
      const header = bytes.slice(0, bytes.length - reader.remaining)
      const rest = reader.rest()
      if (this.#received.has(messageId)) return
      const deliver = ({ payload, verified }: Opened) => {
        // Only now, or rubbish under its number would keep the real one out.
        if (!this.#isNew(messageId)) return
        this.#events.emit('message', { from, messageId, payload, hops, timestamp, verified })
      }
      if (this.#opener === undefined) deliver({ payload: rest, verified: false })
      else this.#opener.open(rest, from, header, deliver)
    } catch {
      // Not a message of this version.
    }
  }
}

const NO_REPLY = new Uint8Array(0)

function join(header: Uint8Array, body: Uint8Array): Uint8Array {
  return new ByteWriter(header.length + body.length).raw(header).raw(body).finish()
}

function endTimers({ cancelTimeout, cancelRetry }: Outstanding): void {
  cancelTimeout()
  cancelRetry()
}

/**
 * The id both sides know a message by. It says what it is: broadcasts of a peer that began in the
 * same millisecond have the same numbers.
 */
function nameOf(author: PeerId, epoch: number, number: number): string {
  return `${author}-direct-${epoch.toString(36)}-${number.toString(36)}`
}
