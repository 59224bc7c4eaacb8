import {
  ByteReader,
  ByteWriter,
  type Clock,
  Emitter,
  type Transport,
  type Unsubscribe,
} from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** Ids in one list: the largest `maxPeers` and its spare, and some more. */
const MAX_LINKS = 64

/** Changes within this time are told together, ms. */
const DEBOUNCE_MS = 100

/** What happens in a {@link Neighbourhood}. */
export interface NeighbourhoodEvents {
  /** A neighbour told its links. */
  told: (neighbour: PeerId, links: readonly PeerId[]) => void
}

/**
 * Tells each neighbour whom this peer is linked with, and remembers what they tell: the view two
 * links deep that routing and the repair of the ring need.
 *
 * Wire format, protocol `pigeon/links/1`: `count varuint, ids`, on every change.
 */
export class Neighbourhood {
  readonly #transport: Transport
  readonly #clock: Clock
  readonly #links = new Map<PeerId, ReadonlySet<PeerId>>()
  readonly #untold = new Set<PeerId>()
  readonly #events = new Emitter<NeighbourhoodEvents>()
  readonly #subscriptions: Unsubscribe[]
  #cancel: (() => void) | undefined

  constructor({ transport, clock }: { transport: Transport; clock: Clock }) {
    this.#transport = transport
    this.#clock = clock
    this.#subscriptions = [
      transport.on('up', () => this.#changed()),
      transport.on('down', (peer) => {
        this.#links.delete(peer)
        this.#untold.delete(peer)
        this.#changed()
      }),
      transport.on('drain', (peer) => {
        if (this.#untold.has(peer)) this.#tell(peer)
      }),
      transport.on('frame', (from, frame) => this.#heard(from, frame)),
    ]
  }

  on<E extends keyof NeighbourhoodEvents>(event: E, listener: NeighbourhoodEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** The links `neighbour` told of; none if it has not yet. */
  linksOf(neighbour: PeerId): ReadonlySet<PeerId> {
    return this.#links.get(neighbour) ?? NONE
  }

  /** Whether a neighbour says that it is linked with `peer`. */
  knows(peer: PeerId): boolean {
    for (const links of this.#links.values()) if (links.has(peer)) return true
    return false
  }

  close(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe()
    this.#cancel?.()
    this.#events.clear()
  }

  #changed(): void {
    this.#cancel ??= this.#clock.after(DEBOUNCE_MS, () => {
      this.#cancel = undefined
      for (const peer of this.#transport.neighbours) this.#tell(peer)
    })
  }

  #tell(peer: PeerId): void {
    const links = [...this.#transport.neighbours].filter((id) => id !== peer).slice(0, MAX_LINKS)
    const writer = new ByteWriter(2 + links.length * 20).varuint(links.length)
    for (const id of links) writer.id(id)
    if (this.#transport.send(peer, writer.finish()) === 'congested') this.#untold.add(peer)
    else this.#untold.delete(peer)
  }

  #heard(from: PeerId, frame: Uint8Array): void {
    try {
      const reader = new ByteReader(frame)
      const links = Array.from({ length: reader.varuint(MAX_LINKS) }, () => reader.id())
      reader.end()
      this.#links.set(from, new Set(links))
      this.#events.emit('told', from, links)
    } catch {
      // Not a list of this version; what it told before still stands.
    }
  }
}

const NONE: ReadonlySet<PeerId> = new Set()
