import {
  type Clock,
  type CloseReason,
  Emitter,
  type Link,
  type LinkFactory,
  LinkTransport,
  type Signal,
  type Unsubscribe,
} from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** A link that just opened, to a peer there was none to. */
export interface OpenedLink {
  readonly peerId: PeerId
  /** Whether it came from this side's offer. */
  readonly initiator: boolean
  /** When this side began with it, by the clock. */
  readonly startedAt: number
}

/**
 * For so long after a link opened, another offer of that peer is one that was under way when both
 * dialled, not one of a peer that started anew, ms.
 */
const LATE_OFFER_MS = 3000

/** What happens in a {@link LinkTable}. */
export interface LinkTableEvents {
  signal: (to: PeerId, signal: Signal) => void
  opened: (link: OpenedLink) => void
  /** A link ended before it opened, and no other to that peer is left. */
  failed: (peer: PeerId, reason: CloseReason) => void
  /** An open link ended, and no other to that peer is left. */
  closed: (peer: PeerId, reason: CloseReason) => void
}

/** A link on its way to open. */
interface Opening {
  readonly link: Link
  /** Whether this side dialled. */
  readonly initiator: boolean
  /** Whether nobody wants to hear of its end. */
  abandoned: boolean
}

/** The links of a mesh: at most one open and one being opened to each peer. */
export class LinkTable {
  readonly transport: LinkTransport
  readonly #self: PeerId
  readonly #clock: Clock
  readonly #factory: LinkFactory
  readonly #open = new Map<PeerId, Link>()
  readonly #openedAt = new Map<PeerId, number>()
  readonly #opening = new Map<PeerId, Opening>()
  readonly #events = new Emitter<LinkTableEvents>()

  constructor(options: { self: PeerId; clock: Clock; factory: LinkFactory }) {
    this.#self = options.self
    this.#clock = options.clock
    this.#factory = options.factory
    this.transport = new LinkTransport(options.self, options.factory.maxFrameBytes)
  }

  on<E extends keyof LinkTableEvents>(event: E, listener: LinkTableEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** Peers with a link that is open or being opened. */
  get peers(): ReadonlySet<PeerId> {
    return new Set([...this.#open.keys(), ...this.#opening.keys()])
  }

  /** As {@link peers}, without one. */
  others(peer: PeerId): ReadonlySet<PeerId> {
    return new Set([...this.peers].filter((id) => id !== peer))
  }

  /** Links this side dialled that are not open yet. */
  get dialling(): number {
    let count = 0
    for (const { initiator } of this.#opening.values()) if (initiator) count++
    return count
  }

  has(peer: PeerId): boolean {
    return this.#open.has(peer) || this.#opening.has(peer)
  }

  dial(peer: PeerId): void {
    this.#create(peer, true)
  }

  /** Answers an offer with a link. */
  accept(peer: PeerId, offer: Signal): void {
    this.#create(peer, false).signal(offer)
  }

  /** Gives a signal to the link it belongs to. @returns whether that was all to do */
  signal(peer: PeerId, signal: Signal): boolean {
    const opening = this.#opening.get(peer)
    if (opening !== undefined) {
      const { link, initiator } = opening
      if (signal.type === 'offer' && !initiator && link.connection !== signal.connection) {
        // The other side gave up the attempt this link answered, and dials again.
        this.abandon(peer)
        return false
      }
      link.signal(signal)
      return true
    }
    const open = this.#open.get(peer)
    if (open === undefined) return false
    const openFor = this.#clock.now() - (this.#openedAt.get(peer) ?? 0)
    if (open.connection !== signal.connection) return openFor < LATE_OFFER_MS
    open.signal(signal)
    return true
  }

  /** The other side has no room for the link that was dialled as `connection`. */
  refused(peer: PeerId, connection: string): void {
    const opening = this.#opening.get(peer)
    if (opening?.initiator && opening.link.connection === connection) {
      void opening.link.close('rejected')
    }
  }

  /** Gives up a link that is not open yet, without a word. */
  abandon(peer: PeerId): void {
    const opening = this.#opening.get(peer)
    if (opening === undefined) return
    opening.abandoned = true
    this.#opening.delete(peer)
    void opening.link.close()
  }

  /** Gives up a link that is not open yet, since its signals reach nobody. */
  unreachable(peer: PeerId): void {
    void this.#opening.get(peer)?.link.close('failed')
  }

  async close(peer: PeerId, reason: CloseReason): Promise<void> {
    this.abandon(peer)
    await this.#open.get(peer)?.close(reason)
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.peers].map((peer) => this.close(peer, 'local')))
    this.#events.clear()
  }

  #create(peer: PeerId, initiator: boolean): Link {
    const startedAt = this.#clock.now()
    const link = this.#factory.create({ self: this.#self, remote: peer, dial: initiator })
    const opening: Opening = { link, initiator, abandoned: false }
    this.#opening.set(peer, opening)
    let replaced = false
    let opened = false
    let offered: string | undefined
    link.on('signal', (signal) => {
      if (signal.type === 'offer') offered ??= signal.connection
      this.#events.emit('signal', peer, signal)
    })
    // Before the transport listens, so that the table is up to date when that says `up` or `down`.
    link.on('open', () => {
      opened = true
      this.#opening.delete(peer)
      const before = this.#open.get(peer)
      this.#open.set(peer, link)
      this.#openedAt.set(peer, this.#clock.now())
      replaced = before !== undefined
      void before?.close()
    })
    link.on('close', () => {
      if (this.#opening.get(peer) === opening) this.#opening.delete(peer)
      if (this.#open.get(peer) !== link) return
      this.#open.delete(peer)
      this.#openedAt.delete(peer)
    })
    this.transport.add(link)
    link.on('open', () => {
      if (replaced) return
      // When both sides dialled at once, one of the two attempts became the link.
      const won = offered === link.connection
      this.#events.emit('opened', { peerId: peer, initiator: won, startedAt })
    })
    link.on('close', (reason) => {
      if (opening.abandoned || this.has(peer)) return
      this.#events.emit(opened ? 'closed' : 'failed', peer, reason)
    })
    return link
  }
}
