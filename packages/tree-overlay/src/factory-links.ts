import type { Clock, CloseReason, Link, LinkFactory, Signal } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { decodeSignals, encodeSignals } from './signals.ts'
import type { Attempt, AttemptListener, TreeLinks } from './tree-links.ts'

/** Stand for the other end while it is not known: the lower one gives way when both restart ICE. */
const OFFERING = '0000000000000000000000000000000000000000' as PeerId
const ANSWERING = 'ffffffffffffffffffffffffffffffffffffffff' as PeerId

/** Options of {@link FactoryLinks}. */
export interface FactoryLinksOptions {
  /** Makes the links, such as `WebRtcLinks` of `@pigeon/webrtc`. */
  factory: LinkFactory
  self: PeerId
  clock: Clock
  /**
   * Whether the factory must know the other end before it offers, as one must that proves ids. Then
   * the offer goes the other way, directly. Default false.
   */
  named?: boolean
  /** An offer leaves when no address was found for so long, ms; later ones follow directly. Default 100. */
  gatherMs?: number
  /** For so long signals that go directly are collected into one letter, ms. Default 10. */
  coalesceMs?: number
}

/** Links of a {@link LinkFactory}, offered to whoever takes them. */
export class FactoryLinks implements TreeLinks {
  readonly maxFrameBytes: number
  readonly #options: Required<FactoryLinksOptions>

  constructor(options: FactoryLinksOptions) {
    this.#options = { named: false, gatherMs: 100, coalesceMs: 10, ...options }
    this.maxFrameBytes = options.factory.maxFrameBytes
  }

  offer(listener: AttemptListener): Attempt {
    const { named, gatherMs, coalesceMs, self } = this.#options
    if (!named) {
      const attempt = new LinkAttempt(this.#options, listener, gatherMs)
      attempt.use(this.#create(OFFERING, ANSWERING, true))
      return attempt
    }
    const attempt = new LinkAttempt(this.#options, listener, coalesceMs)
    attempt.expect((from) => this.#create(self, from, false))
    listener.signal(new Uint8Array(0))
    return attempt
  }

  accept(from: PeerId, offer: Uint8Array, listener: AttemptListener): Attempt {
    const { named, coalesceMs, self } = this.#options
    const attempt = new LinkAttempt(this.#options, listener, coalesceMs)
    if (named) attempt.use(this.#create(self, from, true))
    else {
      attempt.use(this.#create(ANSWERING, OFFERING, false))
      attempt.signal(from, offer)
    }
    return attempt
  }

  #create(self: PeerId, remote: PeerId, dial: boolean): Link {
    return this.#options.factory.create({ self, remote, dial })
  }
}

/** A link until it is open. */
class LinkAttempt implements Attempt {
  readonly #clock: Clock
  readonly #listener: AttemptListener
  readonly #coalesceMs: number
  /** How long the next signals wait for others, ms. */
  #waitMs: number
  #link: Link | undefined
  #make: ((from: PeerId) => Link) | undefined
  #waiting: Signal[] = []
  #cancelWait: (() => void) | undefined
  #over = false

  constructor(
    options: { readonly clock: Clock; readonly coalesceMs: number },
    listener: AttemptListener,
    waitMs: number,
  ) {
    this.#clock = options.clock
    this.#coalesceMs = options.coalesceMs
    this.#listener = listener
    this.#waitMs = waitMs
  }

  /** The link is made for the first who signals. */
  expect(make: (from: PeerId) => Link): void {
    this.#make = make
  }

  use(link: Link): void {
    this.#link = link
    link.on('signal', (signal) => this.#signal(signal))
    link.on('progress', () => {
      if (!this.#over) this.#listener.progress?.()
    })
    link.on('open', () => {
      if (this.#over) return
      this.#flush()
      this.#over = true
      this.#listener.open(link)
    })
    link.on('close', (reason: CloseReason) => {
      if (this.#over) return
      this.#end()
      this.#listener.failed(reason)
    })
  }

  signal(from: PeerId, bytes: Uint8Array): void {
    if (this.#over) return
    if (this.#link === undefined && this.#make !== undefined) this.use(this.#make(from))
    for (const signal of decodeSignals(bytes)) this.#link?.signal(signal)
  }

  cancel(): void {
    if (this.#over) return
    this.#end()
    void this.#link?.close()
  }

  #signal(signal: Signal): void {
    if (this.#over) return
    this.#waiting.push(signal)
    this.#cancelWait?.()
    this.#cancelWait = this.#clock.after(this.#waitMs, () => this.#flush())
  }

  #flush(): void {
    this.#cancelWait?.()
    this.#cancelWait = undefined
    if (this.#waiting.length === 0) return
    const bytes = encodeSignals(this.#waiting)
    this.#waiting = []
    this.#waitMs = this.#coalesceMs
    this.#listener.signal(bytes)
  }

  #end(): void {
    this.#over = true
    this.#cancelWait?.()
    this.#cancelWait = undefined
  }
}
