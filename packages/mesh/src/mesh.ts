import {
  type Clock,
  type CloseReason,
  Emitter,
  type Lane,
  type ProtocolTransport,
  type Unsubscribe,
} from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { type Connectivity, describeConnectivity } from './connectivity.ts'
import type { MeshEvents, MeshOptions } from './mesh-options.ts'
import { type MeshParts, meshParts } from './mesh-parts.ts'
import type { Router } from './router.ts'
import { checkMaxPeers, checkMinPeers, meshSettings, type Settings } from './settings.ts'

/** Fewer links do not hold a network together. */
const FIRM_LINKS = 3

/**
 * Decides whom to link with, makes the links through a {@link Signaling}, mends what breaks, and
 * gives each protocol a transport over all links.
 *
 * Invariants:
 * 1. At most one open link to a peer; a second one replaces it only once it is open.
 * 2. A peer is asked before anything is made for a link to it; at most `maxDials` are asked or
 *    dialled at once. Links beyond `maxPeers` are given up, one a second, by asking first whether
 *    the other side needs them; beyond `maxPeers` + 2 at once.
 * 3. The next known id on either side of the ring is always linked, reached by a recorded way, or
 *    tried again.
 * 4. Ring neighbours tell each other whom they know, and each peer searches its own place through
 *    other links: parts of a network that any link joins become one ring, without a hub.
 * 5. A peer that is dead for one side counts again only with news younger than its death.
 */
export class Mesh {
  readonly self: PeerId
  readonly #clock: Clock
  readonly #settings: Settings
  readonly #events = new Emitter<MeshEvents>()
  readonly #parts: MeshParts
  readonly #cancelWarning: () => void
  #closed = false

  /** @throws RangeError that names the option and what it got */
  constructor(options: MeshOptions) {
    this.self = options.self
    this.#clock = options.clock
    this.#settings = meshSettings(options)
    this.#parts = meshParts(options, this.#settings, this.#events)
    // After whoever made it had time to listen.
    this.#cancelWarning = this.#clock.after(0, () => this.#warn())
  }

  /** Brings messages to peers that are not linked. */
  get router(): Router {
    return this.#parts.router
  }

  /** Peers that can be sent to. */
  get peers(): ReadonlySet<PeerId> {
    return this.#parts.connections.peers
  }

  /** Peers known to be in the network, linked or not. */
  get discovered(): ReadonlySet<PeerId> {
    return this.#parts.contacts.ids
  }

  /** Whether there is room for one more link. */
  get canAcceptMorePeers(): boolean {
    return this.#parts.linker.places.free > 0
  }

  on<E extends keyof MeshEvents>(event: E, listener: MeshEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /**
   * A transport over all links for one protocol.
   * @param protocol its name with its version; peers meet only under equal names
   * @param lane default `prompt`; `bulk` for what lets others pass
   */
  open(protocol: string, lane?: Lane): ProtocolTransport {
    return this.#parts.multiplexer.open(protocol, lane)
  }

  /** How often `peer` was asked for a link since the last one. */
  attempts(peer: PeerId): number {
    return this.#parts.linker.attempts(peer)
  }

  /** Asks `peer` for a link, whether or not the mesh would choose it. Does nothing if it is linked. */
  connect(peer: PeerId): void {
    if (this.#closed || peer === this.self || this.#parts.contacts.isBanned(peer)) return
    this.#parts.contacts.mentioned(peer, this.#clock.now())
    this.#parts.linker.ask(peer, 'user')
  }

  /** Asks every known peer for a link, as far as there is room. @returns how many were asked */
  connectToAll(): number {
    const { contacts, table, linker } = this.#parts
    const strangers = [...contacts.ids].filter((peer) => !table.has(peer))
    const some = strangers.slice(0, linker.places.free)
    for (const peer of some) this.connect(peer)
    return some.length
  }

  /** Ends the link to `peer`; it may be linked again later. */
  async disconnect(peer: PeerId, reason: CloseReason = 'local'): Promise<void> {
    await this.#parts.table.close(peer, reason)
  }

  /**
   * Ends the link to `peer` with `rejected`, and has none with it from now on; of more than 10,000,
   * those banned last.
   */
  async ban(peer: PeerId): Promise<void> {
    const { contacts, linker, table, upkeep } = this.#parts
    contacts.ban(peer)
    linker.asks.answered(peer)
    const closed = table.close(peer, 'rejected')
    upkeep.changed()
    await closed
  }

  /** Takes back {@link ban}. */
  unban(peer: PeerId): void {
    this.#parts.contacts.unban(peer)
  }

  isBanned(peer: PeerId): boolean {
    return this.#parts.contacts.isBanned(peer)
  }

  /** @throws RangeError unless it is a whole number from 1 to 50 */
  setMaxPeers(maxPeers: number): void {
    this.#settings.maxPeers = checkMaxPeers(maxPeers)
    this.#settings.minPeers = Math.min(this.#settings.minPeers, maxPeers)
    this.#warn()
    this.#parts.upkeep.changed()
  }

  /** @throws RangeError unless it is a whole number from 0 to `maxPeers` */
  setMinPeers(minPeers: number): void {
    this.#settings.minPeers = checkMinPeers(minPeers, this.#settings.maxPeers)
    this.#parts.upkeep.changed()
  }

  /** As the options of these names. */
  set(changes: Partial<Pick<Settings, 'autoDiscovery' | 'evictionStrategy' | 'xorRouting'>>): void {
    for (const [name, value] of Object.entries(changes)) {
      if (typeof value !== 'boolean') throw new TypeError(`${name} is true or false, got ${value}`)
    }
    Object.assign(this.#settings, changes)
    this.#parts.upkeep.changed()
  }

  /** What this peer knows of its place in the network, for a look by eye. */
  connectivity(): Connectivity {
    const { contacts, linker, router, ring } = this.#parts
    const { isCalm } = ring
    return describeConnectivity({
      self: this.self,
      settings: this.#settings,
      contacts,
      linker,
      router,
      isCalm,
    })
  }

  /** The device slept, or its network changed: looks after everything now. */
  wake(): void {
    this.#parts.upkeep.wake()
  }

  /** Says goodbye on all links and lets go of everything but the signaling. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#cancelWarning()
    await this.#parts.close()
    this.#events.clear()
  }

  #warn(): void {
    const { maxPeers } = this.#settings
    if (maxPeers >= FIRM_LINKS) return
    const message = `maxPeers ${maxPeers}: below ${FIRM_LINKS} links the network may fall apart`
    this.#events.emit('warning', { message })
  }
}
