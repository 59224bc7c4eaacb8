import { ByteReader, ByteWriter, type Clock, Emitter, type Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { TokenBucket } from '../token-bucket.ts'
import { type Advert, advertFrame, isNewer, readAdvert } from './advert.ts'
import { AdvertProofs, type AdvertProofsOptions } from './advert-proofs.ts'
import { Topology } from './topology.ts'
import type { Trunk } from './trunk.ts'

const ADVERTS = 1
const ROUTED = 2

/** Type, hops left, target, source, service. */
const HEADER_BYTES = 43

/** Changes of one's own links are told together, ms. */
const COALESCE_MS = 20

/** Forged adverts from one neighbour until its link ends. */
const MAX_FORGED = 16

/** One's own advert is repeated so often, ms. */
const ADVERT_INTERVAL_MS = 15_000

/** What happens on a {@link HubRouter}. */
export interface HubRouterEvents {
  /** A hub can be reached, by whatever way. */
  up: (hub: PeerId) => void
  /** A hub cannot be reached any more. */
  down: (hub: PeerId) => void
  /** Ways changed. */
  routes: () => void
  /** A neighbour sends far more than its budget, or forged adverts again and again; its link should end. */
  flood: (neighbour: PeerId) => void
}

/** Options of {@link HubRouter}. */
export interface HubRouterOptions {
  readonly trunk: Trunk
  readonly clock: Clock
  /** Told to other hubs, asked anew for each advert. */
  readonly describe: () => Pick<Advert, 'url' | 'region' | 'load' | 'draining'>
  /** How adverts are signed and checked. Default: they are neither. */
  readonly proofs?: Omit<AdvertProofsOptions, 'self'> | undefined
  /** Hubs known at most. Default 256. */
  readonly maxHubs?: number | undefined
  /** Links that a message may pass. Default 16. */
  readonly hopLimit?: number | undefined
  /** Frames a second from one neighbour. Default 20,000; twice as many at once. */
  readonly linkRate?: number | undefined
  /** Bytes a second from one neighbour. Default 64 MiB; twice as many at once. */
  readonly linkByteRate?: number | undefined
}

/** Takes what was routed to this hub. */
export type Service = (from: PeerId, body: Uint8Array) => void

/**
 * Brings bytes from hub to hub, over any number of links. They arrive at most once, and may get lost.
 *
 * Invariants: nothing is passed on more than `hopLimit` times; what a neighbour sends beyond its
 * budget is dropped before anything is done about it.
 */
export class HubRouter {
  readonly self: PeerId
  readonly topology: Topology
  /** Messages passed on for others, and dropped for want of a way, room or sense. */
  readonly stats: { forwarded: number; dropped: number; adverts: number; forged: number } = {
    forwarded: 0,
    dropped: 0,
    adverts: 0,
    forged: 0,
  }
  readonly #trunk: Trunk
  readonly #clock: Clock
  readonly #describe: HubRouterOptions['describe']
  readonly #proofs: AdvertProofs
  readonly #hopLimit: number
  readonly #rates: { readonly frames: number; readonly bytes: number }
  readonly #events = new Emitter<HubRouterEvents>()
  readonly #services = new Map<number, Service>()
  readonly #budgets = new Map<PeerId, { frames: TokenBucket; bytes: TokenBucket; forged: number }>()
  readonly #subscriptions: Unsubscribe[]
  #reachable = new Set<PeerId>()
  #incarnation: number
  #seq = 0
  #cancelSoon: (() => void) | undefined
  #cancelRepeat: () => void = () => {}
  #closed = false

  constructor(options: HubRouterOptions) {
    const { trunk, clock, maxHubs = 256, hopLimit = 16 } = options
    const { linkRate = 20_000, linkByteRate = 64 * 1024 * 1024 } = options
    this.self = trunk.self
    this.topology = new Topology(trunk.self, clock, maxHubs)
    this.#trunk = trunk
    this.#clock = clock
    this.#describe = options.describe
    this.#proofs = new AdvertProofs({ ...options.proofs, self: trunk.self })
    this.#hopLimit = hopLimit
    this.#rates = { frames: linkRate, bytes: linkByteRate }
    this.#incarnation = Math.floor(clock.now())
    this.#subscriptions = [
      trunk.on('up', (peer) => this.#up(peer)),
      trunk.on('down', (peer) => {
        this.#budgets.delete(peer)
        this.#advertise()
      }),
      trunk.on('path', () => this.#soon()),
      trunk.on('frame', (from, frame) => this.#frame(from, frame)),
    ]
    this.#advertise()
    this.#repeat()
  }

  /** When this hub started; it may be moved on if others remember a later start. */
  get incarnation(): number {
    return this.#incarnation
  }

  on<E extends keyof HubRouterEvents>(event: E, listener: HubRouterEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** Has `service` called for what is sent to its number, 0 to 255. */
  serve(number: number, service: Service): void {
    this.#services.set(number, service)
  }

  /** Sends once. @returns whether there was a way and room on its first link */
  send(to: PeerId, service: number, body: Uint8Array): boolean {
    if (to === this.self) {
      this.#services.get(service)?.(to, body)
      return true
    }
    const next = this.topology.nextHop(to)
    if (next === undefined) return false
    const writer = new ByteWriter(HEADER_BYTES + body.length)
    writer.u8(ROUTED).u8(this.#hopLimit).id(to).id(this.self).u8(service).raw(body)
    return this.#trunk.send(next, writer.finish()) === 'sent'
  }

  /** What this hub says of itself changed. */
  changed(): void {
    this.#soon()
  }

  close(): void {
    this.#closed = true
    this.#cancelSoon?.()
    this.#cancelRepeat()
    for (const unsubscribe of this.#subscriptions) unsubscribe()
    this.#events.clear()
  }

  #up(peer: PeerId): void {
    const { frames, bytes } = this.#rates
    const now = this.#clock.now()
    this.#budgets.set(peer, {
      frames: new TokenBucket(frames, 2 * frames, now),
      bytes: new TokenBucket(bytes, 2 * bytes, now),
      forged: 0,
    })
    this.#advertise()
    for (const advert of this.topology.adverts())
      this.#trunk.send(peer, advertFrame(ADVERTS, [advert]))
  }

  #soon(): void {
    if (this.#closed) return
    this.#cancelSoon ??= this.#clock.after(COALESCE_MS, () => this.#advertise())
  }

  #repeat(): void {
    this.#cancelRepeat = this.#clock.after(ADVERT_INTERVAL_MS, () => {
      this.#advertise()
      this.topology.expire()
      this.#look()
      this.#repeat()
    })
  }

  #advertise(): void {
    if (this.#closed) return
    this.#cancelSoon?.()
    this.#cancelSoon = undefined
    const trunk = this.#trunk
    const links = new Map<PeerId, boolean>()
    for (const peer of trunk.neighbours) links.set(peer, trunk.isSound('webrtc', peer))
    const { self: origin } = this
    const advert = {
      origin,
      incarnation: this.#incarnation,
      seq: ++this.#seq,
      links,
      ...this.#describe(),
    }
    this.#proofs.sign(advert, (signed) => {
      if (this.#closed || !this.topology.learn(signed)) return
      this.#flood(signed)
      this.#look()
    })
  }

  #flood(advert: Advert, except?: PeerId): void {
    const frame = advertFrame(ADVERTS, [advert])
    for (const peer of this.#trunk.neighbours) {
      if (peer === except || peer === advert.origin) continue
      this.stats.adverts++
      this.#trunk.send(peer, frame)
    }
  }

  #frame(from: PeerId, frame: Uint8Array): void {
    const budget = this.#budgets.get(from)
    if (budget === undefined) return
    const now = this.#clock.now()
    const [a, b] = [budget.frames.take(1, now), budget.bytes.take(frame.length, now)]
    if (a === 'far-over' || b === 'far-over') this.#events.emit('flood', from)
    if (a !== 'ok' || b !== 'ok') this.stats.dropped++
    else if (frame[0] === ROUTED) this.#routed(frame)
    else if (frame[0] === ADVERTS) this.#learn(from, frame)
    else this.stats.dropped++
  }

  #learn(from: PeerId, frame: Uint8Array): void {
    try {
      const reader = new ByteReader(frame)
      reader.u8()
      while (reader.remaining > 0) {
        const advert = readAdvert(reader)
        this.#heardOf(from, advert)
      }
    } catch {
      this.stats.dropped++
    }
    this.#look()
  }

  /** What is no news is not checked again. */
  #heardOf(from: PeerId, advert: Advert): void {
    const known = this.topology.advert(advert.origin)
    if (advert.origin !== this.self && !isNewer(advert, known)) return
    this.#proofs.check(advert, known, (isGood) => {
      if (!isGood) this.#forged(from)
      else if (advert.origin === this.self) this.#outlive(advert)
      else if (this.topology.learn(advert)) {
        this.#flood(advert, from)
        this.#look()
      }
    })
  }

  /** Who checks what it passes on does not do so; whoever does it often does nothing else. */
  #forged(from: PeerId): void {
    this.stats.forged++
    const budget = this.#budgets.get(from)
    if (budget === undefined || ++budget.forged < MAX_FORGED) return
    budget.forged = 0
    this.#events.emit('flood', from)
  }

  /** Others remember a start of this hub that seems later than this one. */
  #outlive(advert: Advert): void {
    const { incarnation, seq } = advert
    if (
      incarnation < this.#incarnation ||
      (incarnation === this.#incarnation && seq <= this.#seq)
    ) {
      return
    }
    this.#incarnation = incarnation + 1
    this.#soon()
  }

  #routed(frame: Uint8Array): void {
    if (frame.length < HEADER_BYTES) {
      this.stats.dropped++
      return
    }
    const reader = new ByteReader(frame)
    reader.u16()
    const to = reader.id()
    if (to === this.self) {
      const from = reader.id()
      const service = this.#services.get(reader.u8())
      if (service === undefined) this.stats.dropped++
      else service(from, reader.rest())
      return
    }
    const hopsLeft = (frame[1] as number) - 1
    const next = this.topology.nextHop(to)
    frame[1] = hopsLeft
    if (hopsLeft <= 0 || next === undefined || this.#trunk.send(next, frame) !== 'sent') {
      this.stats.dropped++
    } else this.stats.forwarded++
  }

  /** Tells who came within reach and who left. */
  #look(): void {
    const before = this.#reachable
    const after = new Set(this.topology.hubs)
    this.#reachable = after
    for (const hub of before) if (!after.has(hub)) this.#events.emit('down', hub)
    for (const hub of after) if (!before.has(hub)) this.#events.emit('up', hub)
    this.#events.emit('routes')
  }
}
