import { ByteReader, type Unsubscribe, wholeNumber } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { Load } from './load.ts'
import { decodeBody, encodeBody, encodeRouted, HEADER_BYTES, nameOf } from './message-body.ts'
import { decodeMessageFrame, type Refusal } from './message-frames.ts'
import type {
  Arrived,
  Failure,
  MessengerLimits,
  MessengerOptions,
  Outcome,
} from './messenger-options.ts'
import { type Letter, Outbox } from './outbox.ts'
import { Reassembly } from './reassembly.ts'
import { RecentIds } from './recent-ids.ts'

interface Outgoing extends Letter {
  readonly to: PeerId
  readonly sentAt: number
  readonly done: (outcome: Outcome) => void
  progressAt: number
  /** Whether its end is decided already. */
  isLost: boolean
  cancelTimer: () => void
}

interface Neighbour {
  readonly outbox: Outbox<Outgoing>
  readonly reassembly: Reassembly
}

/** How many ids of messages are remembered, so that what comes on two ways counts once. */
const MAX_RECENT = 4096

/**
 * Messages to any peer, delivered at most once, each with a receipt or a failure: over the link if
 * there is one, in pieces where they are large, else routed. What a link that breaks had not
 * confirmed is routed, if it is small enough.
 */
export class Messenger {
  readonly maxMessageBytes: number
  readonly #options: MessengerOptions
  readonly #reassemblyBytes: number
  readonly #timeoutMs: number
  readonly #epoch: number
  readonly #neighbours = new Map<PeerId, Neighbour>()
  readonly #outgoing = new Map<number, Outgoing>()
  readonly #routed = new Map<string, Outgoing>()
  readonly #load: Load
  readonly #recent = new RecentIds(MAX_RECENT)
  readonly #services = new Map<number, (message: Arrived) => Refusal | undefined>()
  readonly #subscriptions: Unsubscribe[]
  #count = 0
  #rejected = 0

  /** @throws RangeError that names the option and what it got */
  constructor(options: MessengerOptions) {
    const { transport, routed, clock } = options
    const limit = (name: keyof MessengerLimits, byDefault: number) =>
      wholeNumber(name, options[name] ?? byDefault, 1, 2 ** 31)
    this.#options = options
    this.maxMessageBytes = limit('maxMessageBytes', 4 * 2 ** 20)
    this.#load = new Load(
      limit('outstandingMessages', 1024),
      limit('outstandingBytes', 16 * 2 ** 20),
    )
    this.#reassemblyBytes = limit('reassemblyBytes', 16 * 2 ** 20)
    this.#timeoutMs = limit('timeoutMs', 10_000)
    this.#epoch = Math.floor(clock.now())
    this.#subscriptions = [
      transport.on('up', (peer) => this.#up(peer)),
      transport.on('down', (peer) => this.#down(peer)),
      transport.on('drain', (peer) => this.#neighbours.get(peer)?.outbox.pump()),
      transport.on('frame', (from, frame) => this.#frame(from, frame)),
      routed.on('message', ({ from, payload, hops }) => this.#routedMessage(from, payload, hops)),
      routed.on('delivered', ({ messageId, hops }) => this.#routedEnd(messageId, hops)),
      routed.on('failed', ({ messageId, code }) => this.#routedEnd(messageId, code)),
    ]
    for (const peer of transport.neighbours) this.#up(peer)
  }

  /** Frames and messages that made no sense and were dropped. */
  get rejected(): number {
    return this.#rejected
  }

  /** The largest payload to `peer` now: less where there is no link. */
  maxPayloadBytes(peer: PeerId): number {
    const { maxPayloadBytes } = this.#options.routed
    return (this.#neighbours.has(peer) ? this.maxMessageBytes : maxPayloadBytes) - HEADER_BYTES
  }

  /**
   * Takes the messages for one part of this peer.
   * @param service 0 to 255
   * @param take returns why it does not take a message; the sender hears of it over a link only
   */
  serve(service: number, take: (message: Arrived) => Refusal | undefined): void {
    this.#services.set(service, take)
  }

  /**
   * Sends to one peer.
   * @param done is told the end once, never before this returns
   * @returns the id of the message, and what gives it up: `done` is not called then
   */
  send(
    to: PeerId,
    service: number,
    payload: Uint8Array,
    done: (outcome: Outcome) => void,
  ): { messageId: string; cancel: () => void } {
    const { clock } = this.#options
    const number = ++this.#count
    const now = clock.now()
    const outgoing: Outgoing = {
      number,
      to,
      body: encodeBody(this.#epoch, service, payload),
      offset: 0,
      sentAt: now,
      progressAt: now,
      done,
      isLost: false,
      cancelTimer: () => {},
    }
    const isTooLarge = payload.length > this.maxPayloadBytes(to)
    const isTooMuch = !this.#load.fits(to, outgoing.body.length)
    this.#outgoing.set(number, outgoing)
    this.#load.add(to, outgoing.body.length)
    if (isTooLarge) this.#failSoon(outgoing, 'TOO_LARGE')
    else if (isTooMuch) this.#failSoon(outgoing, 'CONGESTED')
    else this.#dispatch(outgoing)
    const messageId = nameOf(this.#options.transport.self, this.#epoch, number)
    return { messageId, cancel: () => void this.#remove(outgoing) }
  }

  /** Lets go of the transport; messages without a receipt are forgotten. */
  close(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe()
    for (const { cancelTimer } of this.#outgoing.values()) cancelTimer()
    for (const map of [this.#outgoing, this.#routed, this.#neighbours]) map.clear()
    this.#services.clear()
  }

  #dispatch(outgoing: Outgoing): void {
    const { routed } = this.#options
    const { to, number, body } = outgoing
    const neighbour = this.#neighbours.get(to)
    if (neighbour !== undefined) {
      this.#watch(outgoing)
      neighbour.outbox.add(outgoing)
      return
    }
    outgoing.cancelTimer()
    const payload = encodeRouted(number, body)
    if (payload.length > routed.maxPayloadBytes) this.#failSoon(outgoing, 'PEER_GONE')
    else this.#routed.set(routed.send(to, payload), outgoing)
  }

  /** Looks after the longest time without progress, and again if there was some. */
  #watch(outgoing: Outgoing): void {
    const { clock } = this.#options
    const leftMs = outgoing.progressAt + this.#timeoutMs - clock.now()
    outgoing.cancelTimer = clock.after(leftMs, () => {
      if (clock.now() - outgoing.progressAt < this.#timeoutMs) this.#watch(outgoing)
      else this.#end(outgoing, { ok: false, code: 'TIMEOUT' })
    })
  }

  #failSoon(outgoing: Outgoing, code: Failure): void {
    outgoing.isLost = true
    outgoing.cancelTimer = this.#options.clock.after(0, () =>
      this.#end(outgoing, { ok: false, code }),
    )
  }

  #end(outgoing: Outgoing, outcome: Outcome): void {
    if (this.#remove(outgoing)) outgoing.done(outcome)
  }

  /** @returns whether it was still on its way */
  #remove(outgoing: Outgoing): boolean {
    const { number, to } = outgoing
    if (!this.#outgoing.delete(number)) return false
    outgoing.cancelTimer()
    this.#load.remove(to, outgoing.body.length)
    const wasBegun = this.#neighbours.get(to)?.outbox.remove(outgoing)
    if (wasBegun) this.#reply(to, { kind: 'abandoned', number })
    return true
  }

  #up(peer: PeerId): void {
    const { transport, clock } = this.#options
    const send = (frame: Uint8Array) => transport.send(peer, frame)
    const sent = (outgoing: Outgoing) => {
      outgoing.progressAt = clock.now()
    }
    this.#neighbours.set(peer, {
      outbox: new Outbox(transport.maxFrameBytes, send, sent),
      reassembly: new Reassembly(this.maxMessageBytes, this.#reassemblyBytes),
    })
  }

  #down(peer: PeerId): void {
    if (!this.#neighbours.delete(peer)) return
    const routed = new Set(this.#routed.values())
    for (const outgoing of [...this.#outgoing.values()]) {
      if (outgoing.to !== peer || outgoing.isLost || routed.has(outgoing)) continue
      this.#dispatch(outgoing)
    }
  }

  #frame(from: PeerId, bytes: Uint8Array): void {
    const frame = decodeMessageFrame(bytes)
    const reassembly = this.#neighbours.get(from)?.reassembly
    if (frame === undefined || reassembly === undefined) {
      this.#rejected++
      return
    }
    const { number } = frame
    switch (frame.kind) {
      case 'start':
        this.#piece(from, number, reassembly.start(number, frame.totalBytes, frame.piece))
        break
      case 'more':
        this.#piece(from, number, reassembly.more(number, frame.piece))
        break
      case 'abandoned':
        reassembly.drop(number)
        break
      default: {
        const outgoing = this.#outgoing.get(number)
        if (outgoing?.to !== from) this.#rejected++
        else if (frame.kind === 'refused') this.#end(outgoing, { ok: false, code: frame.why })
        else this.#end(outgoing, { ok: true, hops: 1, ms: this.#since(outgoing) })
      }
    }
  }

  #piece(
    from: PeerId,
    number: number,
    result: Uint8Array | Refusal | 'malformed' | undefined,
  ): void {
    if (result === undefined) return
    if (result === 'malformed') {
      this.#rejected++
      return
    }
    const why = result instanceof Uint8Array ? this.#arrived(from, number, result, 1) : result
    this.#reply(from, why ? { kind: 'refused', number, why } : { kind: 'taken', number })
  }

  #reply(to: PeerId, frame: Parameters<Outbox<Outgoing>['reply']>[0]): void {
    this.#neighbours.get(to)?.outbox.reply(frame)
  }

  #arrived(from: PeerId, number: number, body: Uint8Array, hops: number): Refusal | undefined {
    try {
      const { epoch, service, payload } = decodeBody(body)
      const messageId = nameOf(from, epoch, number)
      if (!this.#recent.add(messageId)) return undefined
      const take = this.#services.get(service)
      return take === undefined ? 'NOBODY' : take({ from, messageId, payload, hops })
    } catch {
      this.#rejected++
      return 'NOBODY'
    }
  }

  #routedMessage(from: PeerId, payload: Uint8Array, hops: number): void {
    try {
      const reader = new ByteReader(payload)
      this.#arrived(from, reader.varuint(), reader.rest(), hops)
    } catch {
      this.#rejected++
    }
  }

  #routedEnd(messageId: string, end: number | Failure): void {
    const outgoing = this.#routed.get(messageId)
    this.#routed.delete(messageId)
    if (outgoing === undefined) return
    if (typeof end !== 'number') this.#end(outgoing, { ok: false, code: end })
    else this.#end(outgoing, { ok: true, hops: end, ms: this.#since(outgoing) })
  }

  #since({ sentAt }: Outgoing): number {
    return this.#options.clock.now() - sentAt
  }
}
