import {
  type Clock,
  Emitter,
  type Random,
  type Transport,
  type Unsubscribe,
  wholeNumber,
} from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import {
  type Content,
  type DataFrame,
  decodeData,
  duplicateKey,
  encodeData,
  extendPath,
  type GossipMessage,
  MAX_OVERHEAD_BYTES,
  MAX_TOPIC_BYTES,
  MAX_TTL,
  messageId,
  type PublishOptions,
  signedBytes,
  type Verdict,
} from './message.ts'
import { Outbox } from './outbox.ts'
import { SeenCache } from './seen-cache.ts'

/** Options of {@link Gossip}. */
export interface GossipOptions {
  /** The links to broadcast over; belongs to this instance. */
  transport: Transport
  clock: Clock
  random: Random
  /** Hops a message may go, 1 to 255. Default 32: a sparse network of thousands is that wide. */
  ttl?: number
  /** The largest payload, bytes. Default 64 KiB, at most what a frame of the transport holds. */
  maxPayloadBytes?: number
  /** Messages remembered to recognise duplicates. Default 16,384. */
  seenLimit?: number
  /** Bytes kept for one neighbour that is congested; beyond, the oldest are dropped. Default 1 MiB. */
  queueBytes?: number
  /** Messages whose check has not ended yet; more are dropped. Default 1,024. */
  pendingLimit?: number
  /**
   * Distinguishes this start of the author from earlier ones; must be larger than at the last one.
   * Default: the clock, in ms.
   */
  epoch?: number
  /** Makes the proof, such as a signature, that {@link GossipOptions.verify} checks elsewhere. */
  sign?: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>
  /** Checks a proof. Default: everything is accepted and the author is only a claim. */
  verify?: (bytes: Uint8Array, proof: Uint8Array, author: PeerId) => boolean | Promise<boolean>
  /** Judges a message whose proof holds. Default: accept. */
  validate?: (message: GossipMessage) => Verdict | Promise<Verdict>
}

/** What happens on a {@link Gossip}. */
export interface GossipEvents {
  /** A message of somebody else, once. */
  message: (message: GossipMessage) => void
  /** A neighbour sent what does not decode, verify or validate. */
  rejected: (from: PeerId, reason: 'malformed' | 'forged' | 'invalid') => void
}

/** Counters since the start. */
export interface GossipStats {
  readonly published: number
  readonly delivered: number
  readonly duplicates: number
  readonly rejected: number
  /** Frames dropped since a neighbour did not keep up, or too many checks were open. */
  readonly dropped: number
}

/**
 * Broadcast: what one peer publishes, every peer connected to it over any number of links receives
 * once. Each message is flooded: a peer passes what is new to it to all neighbours but the sender.
 *
 * Invariants:
 * 1. The application gets a message at most once while its key is among the last `seenLimit`.
 * 2. A frame is recognised as a duplicate before anything is awaited; its proof is checked once.
 * 3. A message that fails its check is forgotten, so it cannot keep out the real one.
 * 4. Memory is bounded by `seenLimit`, `pendingLimit` and `queueBytes` for each neighbour.
 */
export class Gossip {
  readonly #transport: Transport
  readonly #clock: Clock
  readonly #options: Required<
    Pick<GossipOptions, 'ttl' | 'maxPayloadBytes' | 'pendingLimit' | 'epoch'>
  > &
    Pick<GossipOptions, 'sign' | 'verify' | 'validate'>
  readonly #events = new Emitter<GossipEvents>()
  readonly #seen: SeenCache
  readonly #outbox: Outbox
  readonly #subscriptions: Unsubscribe[]
  #sequence = 0
  #pending = 0
  #stats = { published: 0, delivered: 0, duplicates: 0, rejected: 0, dropped: 0 }

  constructor(options: GossipOptions) {
    const { transport, clock } = options
    this.#transport = transport
    this.#clock = clock
    const room = transport.maxFrameBytes - MAX_OVERHEAD_BYTES
    this.#options = {
      ttl: wholeNumber('ttl', options.ttl ?? 32, 1, MAX_TTL),
      maxPayloadBytes: Math.min(options.maxPayloadBytes ?? 64 * 1024, room),
      pendingLimit: options.pendingLimit ?? 1024,
      epoch: options.epoch ?? Math.floor(clock.now()),
      ...(options.sign && { sign: options.sign }),
      ...(options.verify && { verify: options.verify }),
      ...(options.validate && { validate: options.validate }),
    }
    this.#seen = new SeenCache(options.seenLimit ?? 16_384)
    this.#outbox = new Outbox(transport, options.queueBytes ?? 1024 * 1024)
    this.#subscriptions = [
      transport.on('frame', (from, frame) => this.#receive(from, frame)),
      transport.on('drain', (peer) => this.#outbox.drain(peer)),
      transport.on('down', (peer) => this.#outbox.forget(peer)),
    ]
  }

  get stats(): GossipStats {
    return { ...this.#stats, dropped: this.#stats.dropped + this.#outbox.dropped }
  }

  on<E extends keyof GossipEvents>(event: E, listener: GossipEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /**
   * Broadcasts `payload`, which must not change afterwards. Not delivered to this instance itself.
   * @param topic what it is about, 1 to 128 bytes of UTF-8
   * @returns the id its receivers will see
   * @throws RangeError if topic, payload or ttl are out of bounds
   */
  publish(topic: string, payload: Uint8Array, options: PublishOptions = {}): string {
    const ttl = wholeNumber('ttl', options.ttl ?? this.#options.ttl, 1, MAX_TTL)
    const { author, content } = this.#compose(topic, payload)
    const path = options.tracePath === true ? [author] : undefined
    const finish = (proof: Uint8Array) => {
      const frame: DataFrame = { content, proof, hops: 1, ttl: ttl - 1, path }
      this.#seen.add(duplicateKey(frame))
      this.#forward(frame, author)
    }
    this.#stats.published++
    const proof = this.#options.sign?.(signedBytes(content)) ?? new Uint8Array(0)
    if (proof instanceof Uint8Array) finish(proof)
    else void proof.then(finish)
    return messageId(content)
  }

  /** Lets go of the transport. */
  close(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe()
    this.#events.clear()
    this.#seen.clear()
  }

  #compose(topic: string, payload: Uint8Array): { author: PeerId; content: Content } {
    const { maxPayloadBytes, epoch } = this.#options
    // A UTF-16 unit has at most three bytes of UTF-8, so most topics need no encoding to be judged.
    if (topic === '' || utf8Length(topic) > MAX_TOPIC_BYTES) {
      throw new RangeError(
        `a topic has 1 to ${MAX_TOPIC_BYTES} bytes, got ${JSON.stringify(topic)}`,
      )
    }
    if (payload.length > maxPayloadBytes) {
      throw new RangeError(`a payload has at most ${maxPayloadBytes} bytes, got ${payload.length}`)
    }
    const author = this.#transport.self
    const timestamp = Math.floor(this.#clock.now())
    return {
      author,
      content: { author, epoch, sequence: ++this.#sequence, timestamp, topic, payload },
    }
  }

  #receive(from: PeerId, bytes: Uint8Array): void {
    let frame: DataFrame | undefined
    try {
      frame = decodeData(bytes)
    } catch {
      frame = undefined
    }
    if (frame === undefined || frame.content.payload.length > this.#options.maxPayloadBytes) {
      this.#reject(from, 'malformed')
      return
    }
    const key = duplicateKey(frame)
    if (this.#seen.has(key) || frame.content.author === this.#transport.self) {
      this.#stats.duplicates++
      return
    }
    if (this.#pending >= this.#options.pendingLimit) {
      this.#stats.dropped++
      return
    }
    this.#seen.add(key)
    const { verify } = this.#options
    const { content, proof } = frame
    const check = () => verify?.(signedBytes(content), proof, content.author) ?? true
    this.#when(check, (holds) => {
      if (holds !== true) this.#refuse(from, key, 'forged')
      else this.#judge(from, frame, key)
    })
  }

  #judge(from: PeerId, frame: DataFrame, key: string): void {
    const { topic, author, payload, timestamp } = frame.content
    const { hops, ttl, path } = frame
    const id = messageId(frame.content)
    const message = { id, topic, author, from, payload, hops, ttl, timestamp, path }
    this.#when(
      () => this.#options.validate?.(message) ?? 'accept',
      (verdict) => {
        if (verdict === 'reject' || verdict === undefined) this.#refuse(from, key, 'invalid')
        if (verdict !== 'accept') return
        this.#stats.delivered++
        this.#events.emit('message', message)
        if (ttl > 0) {
          const further = { ...frame, hops: Math.min(hops + 1, 255), ttl: ttl - 1 }
          this.#forward({ ...further, path: extendPath(path, this.#transport.self) }, from)
        }
      },
    )
  }

  /** Goes on at once with a value, later with a promise, and with undefined if the check fails. */
  #when<T>(check: () => T | Promise<T>, then: (value: T | undefined) => void): void {
    let value: T | Promise<T> | undefined
    try {
      value = check()
    } catch {
      value = undefined
    }
    if (!(value instanceof Promise)) {
      then(value)
      return
    }
    this.#pending++
    value
      .catch(() => undefined)
      .then((settled) => {
        this.#pending--
        then(settled)
      })
  }

  #forward(frame: DataFrame, except: PeerId): void {
    const bytes = encodeData(frame)
    for (const neighbour of this.#transport.neighbours) {
      if (neighbour !== except && neighbour !== frame.content.author)
        this.#outbox.send(neighbour, bytes)
    }
  }

  #refuse(from: PeerId, key: string, reason: 'forged' | 'invalid'): void {
    this.#seen.delete(key)
    this.#reject(from, reason)
  }

  #reject(from: PeerId, reason: 'malformed' | 'forged' | 'invalid'): void {
    this.#stats.rejected++
    this.#events.emit('rejected', from, reason)
  }
}

function utf8Length(text: string): number {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0) as number
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4
  }
  return bytes
}
