import {
  type Clock,
  Emitter,
  type SendResult,
  type Transport,
  type Unsubscribe,
} from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { CARD_RENEW_MS, type Card, MAX_CARDS, UNKNOWN_FREE } from './cards.ts'
import {
  decodeNeighbourFrame,
  encodeNeighbourFrame,
  type NeighbourFrame,
} from './neighbour-frames.ts'

/** Changes within this time are told together, ms. */
const DEBOUNCE_MS = 100

/** What a {@link Neighbourhood} tells of this peer beside its links. */
export interface OwnState {
  /** Links there is room for. */
  readonly free: number
  /** Peers that are dead for all this one knows. */
  readonly dead: readonly Card[]
}

/** Options of {@link Neighbourhood}. */
export interface NeighbourhoodOptions {
  transport: Transport
  clock: Clock
  /** Read whenever the links are told. Default: nothing known. */
  own?: () => OwnState
}

/** What happens in a {@link Neighbourhood}. */
export interface NeighbourhoodEvents {
  /** The links to a neighbour is there, and it can be told things. */
  up: (neighbour: PeerId) => void
  /** A neighbour told its links, and who is dead for all it knows. */
  told: (neighbour: PeerId, links: readonly Card[], dead: readonly Card[]) => void
  /** A neighbour said anything else. */
  frame: (neighbour: PeerId, frame: Exclude<NeighbourFrame, { kind: 'links' }>) => void
}

/** What a neighbour told last. */
interface Told {
  readonly at: number
  readonly free: number
  readonly links: ReadonlySet<PeerId>
}

/**
 * Tells each neighbour whom this peer is linked with, and remembers what they tell: the view two
 * links deep that routing and the repair of the ring need. Carries what else neighbours say.
 *
 * Wire format, protocol `pigeon/links/1`: see `neighbour-frames.ts`. Links are told on every
 * change, and every 15 s, which renews the card of the one that tells.
 */
export class Neighbourhood {
  readonly #transport: Transport
  readonly #clock: Clock
  readonly #own: () => OwnState
  readonly #told = new Map<PeerId, Told>()
  readonly #untold = new Set<PeerId>()
  readonly #events = new Emitter<NeighbourhoodEvents>()
  readonly #subscriptions: Unsubscribe[]
  #cancelChange: (() => void) | undefined
  #cancelRenewal: (() => void) | undefined

  constructor({ transport, clock, own = () => NOTHING }: NeighbourhoodOptions) {
    this.#transport = transport
    this.#clock = clock
    this.#own = own
    this.#subscriptions = [
      transport.on('up', (peer) => {
        this.changed()
        this.#events.emit('up', peer)
      }),
      transport.on('down', (peer) => {
        this.#told.delete(peer)
        this.#untold.delete(peer)
        this.changed()
      }),
      transport.on('drain', (peer) => {
        if (this.#untold.has(peer)) this.#tell(peer)
      }),
      transport.on('frame', (from, frame) => this.#heard(from, decodeNeighbourFrame(frame))),
    ]
  }

  on<E extends keyof NeighbourhoodEvents>(event: E, listener: NeighbourhoodEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** Peers that can be told things. */
  get neighbours(): ReadonlySet<PeerId> {
    return this.#transport.neighbours
  }

  /** The links `neighbour` told of; none if it has not yet. */
  linksOf(neighbour: PeerId): ReadonlySet<PeerId> {
    return this.#told.get(neighbour)?.links ?? NONE
  }

  /** What is known of a neighbour itself. */
  card(neighbour: PeerId): Card {
    const told = this.#told.get(neighbour)
    const ageMs = told === undefined ? 0 : this.#clock.now() - told.at
    return { id: neighbour, ageMs, free: told?.free ?? UNKNOWN_FREE }
  }

  /** Whether a neighbour says that it is linked with `peer`. */
  knows(peer: PeerId): boolean {
    for (const { links } of this.#told.values()) if (links.has(peer)) return true
    return false
  }

  send(to: PeerId, frame: NeighbourFrame): SendResult {
    return this.#transport.send(to, encodeNeighbourFrame(frame))
  }

  /** What is told of this peer changed: everyone hears of it soon. */
  changed(): void {
    this.#cancelChange ??= this.#clock.after(DEBOUNCE_MS, () => this.#tellAll())
  }

  close(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe()
    this.#cancelChange?.()
    this.#cancelRenewal?.()
    this.#events.clear()
  }

  #tellAll(): void {
    this.#cancelChange?.()
    this.#cancelChange = undefined
    this.#cancelRenewal?.()
    this.#cancelRenewal = undefined
    for (const peer of this.#transport.neighbours) this.#tell(peer)
    if (this.#transport.neighbours.size === 0) return
    this.#cancelRenewal = this.#clock.after(CARD_RENEW_MS, () => this.#tellAll())
  }

  #tell(peer: PeerId): void {
    const links: Card[] = []
    for (const id of this.#transport.neighbours) {
      if (id !== peer && links.length < MAX_CARDS) links.push(this.card(id))
    }
    if (this.send(peer, { kind: 'links', ...this.#own(), links }) === 'congested') {
      this.#untold.add(peer)
    } else {
      this.#untold.delete(peer)
    }
  }

  #heard(from: PeerId, frame: NeighbourFrame | undefined): void {
    if (frame === undefined) return // not of this version: what was told before still stands
    if (frame.kind !== 'links') {
      this.#events.emit('frame', from, frame)
      return
    }
    const { free, links, dead } = frame
    const ids = new Set(links.map(({ id }) => id))
    this.#told.set(from, { at: this.#clock.now(), free, links: ids })
    this.#events.emit('told', from, links, dead)
  }
}

const NONE: ReadonlySet<PeerId> = new Set()
const NOTHING: OwnState = { free: UNKNOWN_FREE, dead: [] }
