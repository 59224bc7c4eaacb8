import type {
  Clock,
  CloseReason,
  Emitter,
  Multiplexer,
  Refusal,
  Unsubscribe,
} from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Contacts } from './contacts.ts'
import type { LinkTable, OpenedLink } from './link-table.ts'
import type { Linker } from './linker.ts'
import type { MeshEvents } from './mesh-options.ts'
import type { Overflow } from './overflow.ts'
import type { RingKeeper } from './ring-keeper.ts'

/** How long the other side of an open link may take to say what it speaks, ms. */
const GREETING_TIMEOUT_MS = 5000

/** A peer whose link broke is left alone this long at first, ms. */
const BROKEN_MS = 1000

/** What {@link Connections} go by. */
export interface ConnectionsOptions {
  readonly clock: Clock
  readonly contacts: Contacts
  readonly table: LinkTable
  readonly multiplexer: Multiplexer
  readonly linker: Linker
  readonly overflow: Overflow
  readonly ring: RingKeeper
  readonly events: Emitter<MeshEvents>
  /** The links changed. */
  readonly changed: () => void
}

/**
 * Follows each link from its opening to its end: tells the other parts of a mesh and its user. A
 * peer is connected once there is a link and the other side has said what it speaks.
 */
export class Connections {
  readonly #options: ConnectionsOptions
  readonly #connected = new Set<PeerId>()
  /** Open links whose other side has not said yet what it speaks. */
  readonly #ungreeted = new Map<PeerId, { link: OpenedLink; cancel: () => void }>()
  /** Connected peers whose new link they have not greeted on yet. */
  readonly #changing = new Set<PeerId>()
  /** Since when each peer that is connected has been silent. */
  readonly #suspects = new Map<PeerId, number>()
  readonly #subscriptions: Unsubscribe[]

  constructor(options: ConnectionsOptions) {
    const { table, multiplexer, linker } = options
    this.#options = options
    this.#subscriptions = [
      table.on('progress', (peer) => linker.progressed(peer)),
      table.on('opened', (link) => this.#opened(link)),
      table.on('failed', (peer, reason, refusal) => this.#failed(peer, reason, refusal)),
      table.on('closed', (peer, reason, refusal) => this.#ended(peer, reason, refusal)),
      table.on('suspect', (peer) => this.#suspected(peer)),
      table.on('recovered', (peer) => this.#recovered(peer)),
      multiplexer.on('up', (peer) => this.#greeted(peer)),
      multiplexer.on('down', (peer) => this.#changing.add(peer)),
    ]
  }

  /** Peers that can be sent to. */
  get peers(): ReadonlySet<PeerId> {
    return this.#connected
  }

  /** Lets go of a link to make room. */
  evict(peerId: PeerId): void {
    const { table, events } = this.#options
    if (this.#connected.has(peerId)) events.emit('peerEvicted', { peerId, reason: 'capacity' })
    void table.close(peerId, 'evicted')
  }

  stop(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe()
    for (const { cancel } of this.#ungreeted.values()) cancel()
  }

  /** All links have ended. */
  clear(): void {
    this.#connected.clear()
  }

  #opened(link: OpenedLink): void {
    const { clock, contacts, table, linker, changed } = this.#options
    const { peerId } = link
    contacts.linked(peerId, clock.now())
    for (const peer of linker.opened(peerId)) this.evict(peer)
    const cancel = clock.after(GREETING_TIMEOUT_MS, () => {
      void table.close(peerId, 'failed')
    })
    this.#ungreeted.get(peerId)?.cancel()
    this.#ungreeted.set(peerId, { link, cancel })
    changed()
  }

  #greeted(peerId: PeerId): void {
    const { clock, events } = this.#options
    this.#changing.delete(peerId)
    const waiting = this.#ungreeted.get(peerId)
    if (waiting === undefined) {
      this.#recovered(peerId) // a new link to a peer that is connected
      return
    }
    waiting.cancel()
    this.#ungreeted.delete(peerId)
    this.#connected.add(peerId)
    const { startedAt, initiator } = waiting.link
    events.emit('peerConnected', { peerId, initiator, connectMs: clock.now() - startedAt })
  }

  #suspected(peerId: PeerId): void {
    if (!this.#connected.has(peerId) || this.#suspects.has(peerId)) return
    this.#suspects.set(peerId, this.#options.clock.now())
    this.#options.events.emit('peerReconnecting', { peerId })
  }

  #recovered(peerId: PeerId): void {
    const { clock, events } = this.#options
    const since = this.#suspects.get(peerId)
    if (since === undefined || this.#changing.has(peerId)) return
    this.#suspects.delete(peerId)
    events.emit('peerReconnected', { peerId, ms: clock.now() - since })
  }

  #ended(peerId: PeerId, reason: CloseReason, refusal: Refusal | undefined): void {
    const { clock, contacts, linker, overflow, ring, events, changed } = this.#options
    const parted = isOnPurpose(reason)
    this.#suspects.delete(peerId)
    this.#changing.delete(peerId)
    this.#ungreeted.get(peerId)?.cancel()
    this.#ungreeted.delete(peerId)
    overflow.forget(peerId)
    linker.ended(peerId, parted)
    if (reason === 'failed') contacts.unanswered(peerId, clock.now(), BROKEN_MS)
    else if (!parted) contacts.died(peerId, clock.now())
    ring.unlinked()
    if (this.#connected.delete(peerId)) {
      events.emit('peerDisconnected', { peerId, reason, refusal })
    }
    changed()
  }

  /** A link ended before it opened. */
  #failed(peerId: PeerId, reason: CloseReason, refusal: Refusal | undefined): void {
    const { clock, contacts, linker, events, changed } = this.#options
    if (reason === 'bye') contacts.died(peerId, clock.now())
    // Who does not want this peer at all will not have room for it in a second, either.
    linker.failed(peerId, isOnPurpose(reason) && refusal === undefined)
    events.emit('peerFailed', { peerId, reason, refusal })
    changed()
  }
}

/** Whether one side let go of a link, or did not want it. */
function isOnPurpose(reason: CloseReason): boolean {
  return reason === 'evicted' || reason === 'local' || reason === 'rejected'
}
