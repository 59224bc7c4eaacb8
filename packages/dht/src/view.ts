import type { Clock, Transport } from '@pigeon/transport'
import { TokenBucket } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { Kind, MAX_DEPTH, MAX_TOLD, type Told, type ViewFrame } from './frames.ts'
import { Hearsay, type Probe } from './hearsay.ts'
import { type Known, Nearest, steps } from './nearest.ts'
import { closerTo, type IsCloser, type Spot, spot } from './spot.ts'

/** Replicas on either side of a key's owner. */
const REPLICA_SPAN = 2

/** Peers that keep records for others are fewer than this: then everybody does. */
const FEW = 3

/** Changes within this time are told together, ms. */
const DEBOUNCE_MS = 100

/** What is told is told again, ms: a link may have lost it. */
const REPEAT_MS = 30_000

/** Views told in a row, and a second: neighbours that change their minds all the time are not echoed. */
const TELL_BURST = 20
const TELL_RATE = 2

/** How long it takes after a neighbour died until those that take its place have what it kept, ms. */
const SHAKEN_MS = 15_000

/** What a neighbour told last. */
interface Neighbour {
  readonly spot: Spot
  settled: boolean
  told: readonly Known[]
}

/**
 * Whom this peer knows: its links, theirs, and the next four on either side of the ring. Each id
 * comes with the number of links to it, at most four, so a peer that is gone is forgotten within
 * as many rounds of telling. Those next to it that are no neighbours have to prove that they are
 * there before they count, so nobody fills a ring with ids that do not exist.
 */
export class View {
  readonly #self: Known
  readonly #transport: Transport
  readonly #clock: Clock
  readonly #changed: () => void
  readonly #links = new Map<PeerId, Neighbour>()
  #near: readonly Known[] | undefined
  #settled = false
  #diedAt = Number.NEGATIVE_INFINITY
  #last = ''
  readonly #untold = new Set<PeerId>()
  readonly #hearsay: Hearsay
  readonly #telling: TokenBucket
  #cancelTell: (() => void) | undefined
  #cancelRepeat: (() => void) | undefined
  readonly #send: (to: PeerId, frame: ViewFrame) => boolean

  /**
   * @param options.settled whether this peer is, see {@link settle}
   * @param options.probe asks a peer that is no neighbour for a proof that it is there
   * @param options.changed called when the peers near this one are others
   */
  constructor(options: {
    transport: Transport
    clock: Clock
    settled: boolean
    send: (to: PeerId, frame: ViewFrame) => boolean
    probe: Probe
    changed: () => void
  }) {
    const { transport, clock, settled, send, probe, changed } = options
    this.#transport = transport
    this.#clock = clock
    this.#send = send
    this.#hearsay = new Hearsay(clock, probe, () => this.#update())
    this.#changed = changed
    this.#settled = settled
    this.#self = { spot: spot(transport.self), depth: 0, settled: true }
    this.#telling = new TokenBucket(TELL_RATE, TELL_BURST, clock.now())
  }

  /**
   * The neighbour through which a target comes closest: that is closest itself, or that told of
   * the closest peer, over the fewest links.
   * @param plain whether what neighbours tell does not count
   * @param least what it must be closer than; undefined if anything will do
   */
  towards(
    isCloser: IsCloser,
    plain: boolean,
    least: Spot | undefined,
    isFree: (id: PeerId) => boolean,
  ): PeerId | undefined {
    let best = least
    let depth = 0
    let next: PeerId | undefined
    const { spot: own } = this.#self
    for (const [id, { spot: link, told }] of this.#links) {
      if (!isFree(id)) continue
      const consider = (reach: Spot, links: number) => {
        const isBetter =
          best === undefined || isCloser(reach, best) || (reach.id === best.id && links < depth)
        if (isBetter) [best, depth, next] = [reach, links, id]
      }
      consider(link, 1)
      if (plain) continue
      for (const known of told) if (known.spot !== own) consider(known.spot, known.depth)
    }
    return next
  }

  /** Peers known, this one included, as far as it matters: at most nine. */
  get size(): number {
    return this.#ring().length
  }

  /** The peers near this one on the ring and itself, going up. */
  get near(): readonly PeerId[] {
    return this.#ring().map(({ spot: { id } }) => id)
  }

  /**
   * Who keeps what lives at a place: the closest peer and the next two on either side, of those
   * that have been there long enough, if there are any. Right only for places near this peer.
   */
  replicas(place: PeerId): PeerId[] {
    const all = this.#ring().map((known) => (known === this.#self ? this.#own() : known))
    const settled = all.filter((known) => known.settled)
    const ring = (settled.length < FEW ? all : settled).map((known) => known.spot)
    const isCloser = closerTo(place)
    let owner = 0
    for (const [at, one] of ring.entries()) if (isCloser(one, ring[owner] as Spot)) owner = at
    const members = new Set<PeerId>()
    for (const offset of [0, 1, -1, 2, -2].slice(0, 2 * REPLICA_SPAN + 1)) {
      members.add((ring[(owner + offset + ring.length * 2) % ring.length] as Spot).id)
    }
    return [...members]
  }

  /** This peer has been there long enough. */
  settle(): void {
    if (this.#settled) return
    this.#settled = true
    this.#update()
  }

  /** A peer did not answer: unless it is a neighbour, perhaps it is not there. */
  doubt(peer: PeerId): void {
    if (!this.#links.has(peer)) this.#hearsay.doubt(peer)
  }

  /** Whether a peer is a neighbour. */
  has(peer: PeerId): boolean {
    return this.#links.has(peer)
  }

  up(peer: PeerId): void {
    this.#links.set(peer, { spot: spot(peer), settled: false, told: [] })
    this.#untold.add(peer)
    this.#update()
  }

  /** Whether a neighbour died a moment ago: what peers kept may be on its way to others. */
  get isShaken(): boolean {
    return this.#clock.now() - this.#diedAt < SHAKEN_MS
  }

  /** @param isDead whether it went without a word */
  down(peer: PeerId, isDead: boolean): void {
    if (isDead) this.#diedAt = this.#clock.now()
    this.#links.delete(peer)
    this.#untold.delete(peer)
    this.#update()
  }

  /** A neighbour told whom it knows. */
  heard(from: PeerId, { settled, told }: ViewFrame): void {
    const link = this.#links.get(from)
    if (link === undefined) return
    link.settled = settled
    const { spot: own } = this.#self
    link.told = told.map((one) => ({
      spot: one.id === own.id ? own : spot(one.id),
      depth: one.depth + 1,
      settled: one.settled,
    }))
    this.#update()
  }

  close(): void {
    this.#cancelTell?.()
    this.#cancelRepeat?.()
  }

  #own(): Known {
    return { ...this.#self, settled: this.#settled }
  }

  #update(): void {
    this.#near = undefined
    this.#cancelTell ??= this.#clock.after(DEBOUNCE_MS, () => this.#tellAll(false))
  }

  #tellAll(again: boolean): void {
    this.#cancelTell?.()
    this.#cancelTell = undefined
    this.#cancelRepeat?.()
    this.#cancelRepeat = undefined
    if (!this.#telling.take(1, this.#clock.now())) {
      this.#cancelTell = this.#clock.after(1000 / TELL_RATE, () => this.#tellAll(again))
      return
    }
    const told = this.#findNear(() => true).filter(({ depth }) => depth > 1)
    this.#hearsay.check(told.map(({ spot: { id } }) => id))
    this.#near = undefined // doubts may have ended
    const frame = this.#frame()
    const key = frame.told.map(({ id, depth, settled }) => `${id}${depth}${settled}`).join()
    const isNew = key !== this.#last || again
    this.#last = key
    for (const peer of this.#transport.neighbours) {
      if (!isNew && !this.#untold.has(peer)) continue
      this.#untold.delete(peer)
      // A congested neighbour hears it at the next round.
      if (!this.#send(peer, frame)) this.#untold.add(peer)
    }
    if (isNew) this.#changed()
    if (this.#links.size === 0) return
    this.#cancelRepeat = this.#clock.after(this.#untold.size > 0 ? DEBOUNCE_MS : REPEAT_MS, () =>
      this.#tellAll(this.#untold.size === 0),
    )
  }

  /** What is told: those near on the ring first, since they matter most, then other links. */
  #frame(): ViewFrame {
    const told = new Map<PeerId, Told>()
    const add = ({ spot: { id }, depth, settled }: Known) => {
      if (depth <= MAX_DEPTH && depth > 0 && told.size < MAX_TOLD)
        told.set(id, { id, depth, settled })
    }
    for (const known of this.#ring()) add(known)
    for (const { spot: link, settled } of this.#links.values())
      add({ spot: link, depth: 1, settled })
    return { kind: Kind.view, settled: this.#settled, told: [...told.values()] }
  }

  /** This peer and the next four on either side, going up. */
  #ring(): readonly Known[] {
    this.#near ??= this.#findNear((id) => this.#hearsay.isProven(id))
    return this.#near
  }

  #findNear(isThere: (id: PeerId) => boolean): readonly Known[] {
    const own = this.#self.spot
    const above = new Nearest((id) => steps(own, id))
    const below = new Nearest((id) => steps(id, own))
    const add = (known: Known) => {
      above.add(known)
      below.add(known)
    }
    for (const { spot: link, settled } of this.#links.values()) {
      add({ spot: link, depth: 1, settled })
    }
    for (const { told } of this.#links.values()) {
      for (const known of told) {
        const { id } = known.spot
        if (known.spot === own || this.#hearsay.isDoubted(id)) continue
        if (this.#links.has(id) || isThere(id)) add(known)
      }
    }
    // Of few the same are on both sides.
    const ids = new Set(above.list.map(({ spot: { id } }) => id))
    const before = below.list.filter(({ spot: { id } }) => !ids.has(id))
    return [...before.reverse(), this.#self, ...above.list]
  }
}
