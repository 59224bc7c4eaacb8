import type { Clock, Emitter, Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Card } from './cards.ts'
import type { Contacts } from './contacts.ts'
import type { LinkTable } from './link-table.ts'
import type { Linker } from './linker.ts'
import type { MeshEvents } from './mesh-options.ts'
import type { Neighbourhood } from './neighbourhood.ts'
import type { Settings } from './settings.ts'
import type { Signaling } from './signaling.ts'

/** What {@link Discovery} goes by. */
export interface DiscoveryOptions {
  readonly clock: Clock
  readonly settings: Settings
  readonly signaling: Signaling
  readonly contacts: Contacts
  readonly table: LinkTable
  readonly linker: Linker
  readonly neighbourhood: Neighbourhood
  readonly events: Emitter<MeshEvents>
  /** Whether peers that the hub names may be the answer to a question. */
  readonly isAnswerDue: () => boolean
  /** What is known of the network changed. */
  readonly changed: () => void
}

/** Learns from the hub and from other peers who is in the network, and who left it. */
export class Discovery {
  readonly #options: DiscoveryOptions
  readonly #subscriptions: Unsubscribe[]

  constructor(options: DiscoveryOptions) {
    const { signaling, neighbourhood } = options
    this.#options = options
    this.#subscriptions = [
      signaling.on('connected', ({ peers }) => this.#reconnected(peers)),
      signaling.on('peers', (peers) => this.#named(peers)),
      signaling.on('left', (peer) => this.#left(peer)),
      signaling.on('undeliverable', (peer, reason) => {
        if (reason === 'unknown') this.#left(peer)
      }),
      neighbourhood.on('told', (from, links, dead) => this.#told(from, links, dead)),
    ]
  }

  /** Cards came. @param way the way to the one who told, itself last */
  learn(cards: readonly Card[], teller: PeerId, way: readonly PeerId[] = [teller]): void {
    const { clock, contacts, changed } = this.#options
    const now = clock.now()
    let anyNew = false
    for (const card of cards) {
      if (!contacts.learn(card, { teller, way }, now)) continue
      anyNew = true
      this.#announce(card.id)
    }
    if (anyNew) changed()
  }

  stop(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe()
  }

  /** There is a hub again. */
  #reconnected(peers: readonly PeerId[]): void {
    const { linker, contacts } = this.#options
    linker.forgive()
    contacts.forgive()
    this.#introduced(peers)
  }

  /** Peers came after this one, or it asked for more. */
  #named(peers: readonly PeerId[]): void {
    const { contacts, linker, isAnswerDue } = this.#options
    const newcomers = isAnswerDue() ? [] : peers.filter((id) => !contacts.has(id))
    for (const id of newcomers) linker.ring.named(id)
    this.#introduced(peers)
  }

  /** The hub told of peers. */
  #introduced(peers: readonly PeerId[]): void {
    const { clock, contacts, changed } = this.#options
    const now = clock.now()
    for (const id of peers) if (contacts.mentioned(id, now)) this.#announce(id)
    changed()
  }

  /** The hub does not know the peer any more. */
  #left(peer: PeerId): void {
    const { clock, contacts, table, linker, neighbourhood, changed } = this.#options
    // A peer that lost its hub may still be linked; the link itself tells when it is gone.
    if (table.transport.neighbours.has(peer)) return
    table.abandon(peer)
    linker.asks.answered(peer)
    if (!neighbourhood.knows(peer)) contacts.died(peer, clock.now())
    changed()
  }

  /** A neighbour said whom it is linked with, and who is dead for all it knows. */
  #told(from: PeerId, links: readonly Card[], dead: readonly Card[]): void {
    const { clock, contacts, neighbourhood } = this.#options
    contacts.learn(neighbourhood.card(from), { teller: from }, clock.now())
    this.#bury(from, dead)
    this.learn(links, from)
  }

  #bury(from: PeerId, dead: readonly Card[]): void {
    const { clock, contacts, table, changed } = this.#options
    const now = clock.now()
    let any = false
    for (const { id, ageMs } of dead) {
      if (table.transport.neighbours.has(id)) continue
      if (contacts.reported(id, from, now - ageMs)) any = true
    }
    if (any) changed()
  }

  #announce(peerId: PeerId): void {
    const { settings, events } = this.#options
    if (settings.autoDiscovery) events.emit('peerDiscovered', { peerId })
  }
}
