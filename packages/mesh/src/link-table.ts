import {
  type Clock,
  type CloseReason,
  Emitter,
  type Link,
  type LinkFactory,
  LinkTransport,
  type Refusal,
  type Signal,
  type Unsubscribe,
} from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { LinkTableEvents } from './link-table-events.ts'

export type { OpenedLink } from './link-table-events.ts'

/**
 * For so long after a link opened, another offer of that peer is one that was under way when both
 * dialled, not one of a peer that started anew, ms.
 */
const LATE_OFFER_MS = 3000

/** How long a second link to a peer may take to open, from its answer on, ms. */
const REPLACE_MS = 3000

/** The wait after a second link to a suspect peer failed, ms. */
const REDIAL_MS = 1000

/** A link that is open. */
interface Open {
  readonly link: Link
  /** By the clock. */
  readonly at: number
  cancelRedial: () => void
}

/** A link on its way to open. */
interface Opening {
  readonly link: Link
  /** Whether this side dialled. */
  readonly initiator: boolean
  /** Whether this side asked for it, or wants it without asking. */
  readonly isWanted: boolean
  /**
   * - `answered`: an answer went out or came in, so the other side may have it open any moment
   * - `abandoned`: nobody wants to hear of its end
   */
  state: 'offered' | 'answered' | 'abandoned'
  cancelDeadline: () => void
}

/**
 * The links of a mesh: at most one open and one being opened to each peer.
 *
 * A peer that is linked and offers another link gets it: its end of the first may be gone. When the
 * second one opens, the first is closed, and nobody outside hears of more than a recovery. A link
 * that is suspect and does not mend itself is replaced in this way too, from both sides at once if
 * need be.
 */
export class LinkTable {
  readonly transport: LinkTransport
  readonly #self: PeerId
  readonly #clock: Clock
  readonly #factory: LinkFactory
  readonly #open = new Map<PeerId, Open>()
  readonly #opening = new Map<PeerId, Opening>()
  readonly #suspects = new Set<PeerId>()
  /** Why the open link to a peer ended while another was about to open. */
  readonly #lost = new Map<PeerId, CloseReason>()
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

  /** Links this side wanted that are not open yet. */
  get wanted(): number {
    let count = 0
    for (const { isWanted } of this.#opening.values()) if (isWanted) count++
    return count
  }

  has(peer: PeerId): boolean {
    return this.#open.has(peer) || this.#opening.has(peer)
  }

  /** @param isWanted whether this side wants the link, or was asked for it */
  dial(peer: PeerId, isWanted = true): void {
    this.#create(peer, true, isWanted)
  }

  /** Answers an offer with a link. @param isWanted whether this side asked for it */
  accept(peer: PeerId, offer: Signal, isWanted = false): void {
    this.#create(peer, false, isWanted).signal(offer)
  }

  /** Gives a signal to the link it belongs to. @returns whether that was all to do */
  signal(peer: PeerId, signal: Signal): boolean {
    const open = this.#open.get(peer)
    const opening = this.#opening.get(peer)
    const isOffer = signal.type === 'offer'
    if (open?.link.connection === signal.connection) {
      open.link.signal(signal)
      return true
    }
    if (opening !== undefined) {
      const { link, initiator } = opening
      const current = link.connection === signal.connection
      if (!isOffer || initiator || current) {
        if (signal.type === 'answer' && current) this.#answered(peer, opening)
        link.signal(signal)
        return true
      }
      // The other side gave up the attempt this link answered, and dials again.
      this.abandon(peer)
    }
    if (open === undefined) return false
    const isLate = this.#clock.now() - open.at < LATE_OFFER_MS && !this.#suspects.has(peer)
    if (isOffer && !isLate) this.accept(peer, signal)
    return true
  }

  /** The other side has no room for the link `connection`, or gave it up before it was answered. */
  refused(peer: PeerId, connection: string): void {
    const link = this.#opening.get(peer)?.link
    if (link?.connection === connection) void link.close('rejected')
  }

  /** Gives up a link that is not open yet, without a word. */
  abandon(peer: PeerId): void {
    const opening = this.#opening.get(peer)
    if (opening === undefined) return
    opening.state = 'abandoned'
    this.#opening.delete(peer)
    void opening.link.close()
    this.#replacementFailed(peer)
  }

  /** Gives up a link that is not open yet, since its signals reach nobody. */
  unreachable(peer: PeerId): void {
    void this.#opening.get(peer)?.link.close('failed')
  }

  /** Asks every linked peer for a sign of life at once, as after the machine slept. */
  check(): void {
    for (const { link } of [...this.#open.values()]) link.check()
  }

  async close(peer: PeerId, reason: CloseReason): Promise<void> {
    this.abandon(peer)
    await this.#open.get(peer)?.link.close(reason)
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.peers].map((peer) => this.close(peer, 'local')))
    this.#events.clear()
  }

  #create(peer: PeerId, initiator: boolean, isWanted: boolean): Link {
    const startedAt = this.#clock.now()
    const link = this.#factory.create({ self: this.#self, remote: peer, dial: initiator })
    const opening: Opening = {
      ...{ link, initiator, isWanted },
      ...{ state: 'offered', cancelDeadline: () => {} },
    }
    this.#opening.set(peer, opening)
    const isOpen = () => this.#open.get(peer)?.link === link
    let replaced = false
    let opened = false
    let offered: string | undefined
    link.on('signal', (signal) => {
      if (signal.type === 'offer') offered ??= signal.connection
      if (signal.type === 'answer') this.#answered(peer, opening)
      this.#events.emit('signal', peer, signal)
    })
    link.on('progress', () => {
      if (this.#opening.get(peer) === opening) this.#events.emit('progress', peer)
    })
    // Before the transport listens, so that the table is up to date when that says `up` or `down`.
    link.on('open', () => {
      opened = true
      opening.cancelDeadline()
      this.#opening.delete(peer)
      const before = this.#open.get(peer)
      this.#open.set(peer, { link, at: this.#clock.now(), cancelRedial: () => {} })
      replaced = before !== undefined || this.#lost.delete(peer)
      before?.cancelRedial()
      void before?.link.close()
    })
    let last = false
    link.on('close', (reason) => {
      opening.cancelDeadline()
      if (this.#opening.get(peer) === opening) this.#opening.delete(peer)
      if (!isOpen()) return
      last = true
      this.#open.get(peer)?.cancelRedial()
      this.#open.delete(peer)
      if (this.#isReplaced(peer, reason)) this.#lost.set(peer, reason)
      else this.abandon(peer)
    })
    this.transport.add(link)
    link.on('open', () => {
      if (replaced) {
        this.#recovered(peer)
        return
      }
      // When both sides dialled at once, one of the two attempts became the link.
      const won = offered === link.connection
      this.#events.emit('opened', { peerId: peer, initiator: won, startedAt })
    })
    link.on('suspect', () => {
      if (!isOpen()) return
      this.#suspects.add(peer)
      this.#events.emit('suspect', peer)
      this.#replace(peer)
    })
    link.on('recovered', () => {
      if (!isOpen()) return
      this.#recovered(peer)
      const next = this.#opening.get(peer)
      if (next?.initiator && next.state === 'offered') this.abandon(peer)
    })
    link.on('close', (reason, refusal) => {
      if (opened) {
        if (last && !this.#lost.has(peer)) this.#closed(peer, reason, refusal)
      } else if (opening.state !== 'abandoned' && !this.#replacementFailed(peer)) {
        this.#events.emit('failed', peer, reason, refusal)
      }
    })
    return link
  }

  /** From now on the other side may have it open: it is not given up for the link there is. */
  #answered(peer: PeerId, opening: Opening): void {
    // An open link answers and is answered, too, when it mends itself.
    if (this.#opening.get(peer) !== opening) return
    opening.state = 'answered'
    this.#events.emit('progress', peer)
    if (!this.#open.has(peer)) return
    opening.cancelDeadline()
    opening.cancelDeadline = this.#clock.after(REPLACE_MS, () => {
      void opening.link.close('timeout')
    })
  }

  /** Whether the end of the open link is but a step to a second one. */
  #isReplaced(peer: PeerId, reason: CloseReason): boolean {
    const next = this.#opening.get(peer)
    if (next?.state !== 'answered') return false
    // Who gave up the first link gave up its offer of a second one, too: that answer came too late.
    return next.initiator || reason !== 'failed'
  }

  /** Dials a second link beside one that is suspect and does not mend itself. */
  #replace(peer: PeerId): void {
    const open = this.#open.get(peer)
    if (open === undefined || open.link.mends) return
    if (this.#suspects.has(peer) && !this.#opening.has(peer)) this.dial(peer)
  }

  /** @returns whether the link that failed was to replace one */
  #replacementFailed(peer: PeerId): boolean {
    const lost = this.#lost.get(peer)
    const open = this.#open.get(peer)
    if (lost !== undefined) {
      this.#lost.delete(peer)
      this.#closed(peer, lost)
    } else if (open !== undefined && this.#suspects.has(peer)) {
      open.cancelRedial()
      open.cancelRedial = this.#clock.after(REDIAL_MS, () => this.#replace(peer))
    }
    return lost !== undefined || open !== undefined
  }

  #recovered(peer: PeerId): void {
    if (this.#suspects.delete(peer)) this.#events.emit('recovered', peer)
  }

  #closed(peer: PeerId, reason: CloseReason, refusal?: Refusal): void {
    this.#suspects.delete(peer)
    this.#events.emit('closed', peer, reason, refusal)
  }
}
