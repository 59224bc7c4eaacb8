import {
  type Clock,
  type CloseReason,
  Emitter,
  Multiplexer,
  type ProtocolTransport,
  type Signal,
  type Unsubscribe,
} from '@pigeon/transport'
import { nextOnEitherSide, type PeerId, randomPeerId } from '@pigeon/xor'
import type { Card } from './cards.ts'
import { Carrier } from './carrier.ts'
import { type Connectivity, describeConnectivity } from './connectivity.ts'
import { Contacts } from './contacts.ts'
import { Explorer } from './explorer.ts'
import { HubQueries } from './hub-queries.ts'
import { LinkTable, type OpenedLink } from './link-table.ts'
import { Linker } from './linker.ts'
import type { MeshEvents, MeshOptions } from './mesh-options.ts'
import type { MeshMessage } from './messages.ts'
import { MAX_DEATHS, type NeighbourFrame } from './neighbour-frames.ts'
import { Neighbourhood } from './neighbourhood.ts'
import { Overflow } from './overflow.ts'
import { RingKeeper } from './ring-keeper.ts'
import { Router } from './router.ts'
import { checkMaxPeers, checkMinPeers, meshSettings, type Settings } from './settings.ts'
import { VirtualLinks } from './virtual-links.ts'

/** How long the other side of an open link may take to say what it speaks, ms. */
const GREETING_TIMEOUT_MS = 5000

/** A peer whose link broke is left alone this long at first, ms. */
const BROKEN_MS = 1000

/** Everything that is due is looked at this often, ms. */
const TICK_MS = 1000

/** Old cards are looked for at every so many ticks. */
const SWEEP_TICKS = 10

/** A ring neighbour that is not linked after this is reached along a way, ms. */
const STRANDED_MS = 2000

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
  /** Brings messages to peers that are not linked. */
  readonly router: Router
  readonly #clock: Clock
  readonly #settings: Settings
  readonly #contacts: Contacts
  readonly #table: LinkTable
  readonly #multiplexer: Multiplexer
  readonly #neighbourhood: Neighbourhood
  readonly #carrier: Carrier
  readonly #linker: Linker
  readonly #ring: RingKeeper
  readonly #virtual: VirtualLinks
  readonly #overflow: Overflow
  readonly #explorer: Explorer
  readonly #queries: HubQueries
  readonly #events = new Emitter<MeshEvents>()
  readonly #connected = new Set<PeerId>()
  /** Open links whose other side has not said yet what it speaks. */
  readonly #ungreeted = new Map<PeerId, { link: OpenedLink; cancel: () => void }>()
  /** Since when each peer that is connected has been silent. */
  readonly #suspects = new Map<PeerId, number>()
  readonly #subscriptions: Unsubscribe[]
  #cancelTick: () => void
  #ticks = 0
  #closed = false

  /** @throws RangeError that names the option and what it got */
  constructor(options: MeshOptions) {
    const { self, signaling, clock, random } = options
    this.self = self
    this.#clock = clock
    this.#settings = meshSettings(options)
    const contacts = new Contacts(self, options.maxContacts ?? 1000)
    this.#contacts = contacts
    this.#table = new LinkTable({ self, clock, factory: options.links })
    this.#multiplexer = new Multiplexer(this.#table.transport)
    this.#neighbourhood = new Neighbourhood({
      transport: this.open('pigeon/links/1'),
      clock,
      own: () => ({
        free: this.#linker.places.free,
        dead: contacts.recentDeaths(clock.now(), MAX_DEATHS),
      }),
    })
    const neighbourhood = this.#neighbourhood
    this.router = new Router({
      transport: this.open('pigeon/route/1'),
      clock,
      random,
      neighbourhood,
      teller: (peer) => this.#tellerOf(peer),
    })
    const { router } = this
    const received = (from: PeerId, message: MeshMessage) => this.#received(from, message)
    const lost = (peer: PeerId) => this.#linker.lost(peer)
    this.#carrier = new Carrier({ signaling, router, contacts, clock, received, lost })
    const learned = (cards: readonly Card[], teller: PeerId, way?: readonly PeerId[]) =>
      this.#learn(cards, teller, way)
    this.#linker = new Linker({
      self,
      clock,
      random,
      contacts,
      table: this.#table,
      settings: this.#settings,
      send: (to, message, spareHub) => this.#carrier.send(to, message, spareHub),
      fours: () => this.#ring.fours(),
      isTunnelled: (peer) => this.#virtual.has(peer),
      wanting: () => this.#explorer.want(),
    })
    const linker = this.#linker
    const free = () => linker.places.free
    const isIncomplete = () => linker.ring.isIncomplete
    const deps = { self, clock, random, contacts, neighbourhood, router }
    this.#ring = new RingKeeper({ ...deps, free, isIncomplete, learned })
    this.#virtual = new VirtualLinks({
      clock,
      router,
      fours: () => [{ id: self, ageMs: 0, free: linker.places.free }, ...this.#ring.fours()],
      learned,
      wayTo: (peer) => contacts.get(peer)?.source.way,
    })
    this.#overflow = new Overflow({
      clock,
      excess: () => linker.places.open.size - this.#settings.maxPeers,
      leastWanted: () => linker.spare.leastWanted(),
      ask: (peer) => void neighbourhood.send(peer, { kind: 'need' }),
      drop: (peer) => this.#evict(peer),
    })
    this.#explorer = new Explorer(clock, () =>
      this.#ring.explore(randomPeerId(random), () => linker.fill()),
    )
    this.#queries = new HubQueries(clock, () => {
      const few = linker.places.open.size < this.#settings.minPeers
      void signaling.query(few ? undefined : this.#ringLinks())
    })
    this.#subscriptions = [
      signaling.on('connected', ({ peers }) => {
        linker.forgive()
        contacts.forgive()
        this.#introduced(peers)
      }),
      signaling.on('peers', (peers) => this.#introduced(peers)),
      signaling.on('left', (peer) => this.#left(peer)),
      signaling.on('undeliverable', (peer, reason) => {
        if (reason === 'unknown') this.#left(peer)
      }),
      neighbourhood.on('up', (peer) => this.#ring.linked(peer)),
      neighbourhood.on('told', (from, links, dead) => {
        contacts.learn(neighbourhood.card(from), { teller: from }, clock.now())
        this.#buried(from, dead)
        this.#learn(links, from)
      }),
      neighbourhood.on('frame', (from, frame) => this.#told(from, frame)),
      this.#table.on('signal', (to, signal) => this.#carrier.send(to, { kind: 'signal', signal })),
      this.#table.on('opened', (event) => this.#opened(event)),
      this.#table.on('failed', (peer, reason) => this.#failed(peer, reason)),
      this.#table.on('closed', (peer, reason) => this.#ended(peer, reason)),
      this.#table.on('suspect', (peer) => this.#suspected(peer)),
      this.#table.on('recovered', (peer) => this.#recovered(peer)),
      this.#multiplexer.on('up', (peer) => this.#greeted(peer)),
    ]
    // Not all peers of a machine at once.
    this.#cancelTick = clock.after(TICK_MS * 0.5 + (random.fill(new Uint8Array(1))[0] ?? 0), () =>
      this.#tick(),
    )
  }

  /** Peers that can be sent to. */
  get peers(): ReadonlySet<PeerId> {
    return this.#connected
  }

  /** Peers known to be in the network, linked or not. */
  get discovered(): ReadonlySet<PeerId> {
    return this.#contacts.ids
  }

  /** Whether there is room for one more link. */
  get canAcceptMorePeers(): boolean {
    return this.#linker.places.free > 0
  }

  on<E extends keyof MeshEvents>(event: E, listener: MeshEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /**
   * A transport over all links for one protocol.
   * @param protocol its name with its version; peers meet only under equal names
   */
  open(protocol: string): ProtocolTransport {
    return this.#multiplexer.open(protocol)
  }

  /** How often `peer` was asked for a link since the last one. */
  attempts(peer: PeerId): number {
    return this.#linker.attempts(peer)
  }

  /** Asks `peer` for a link, whether or not the mesh would choose it. Does nothing if it is linked. */
  connect(peer: PeerId): void {
    if (this.#closed || peer === this.self) return
    this.#contacts.learn({ id: peer, ageMs: 0, free: 255 }, { teller: 'hub' }, this.#clock.now())
    this.#linker.ask(peer, 'user')
  }

  /** Asks every known peer for a link, as far as there is room. @returns how many were asked */
  connectToAll(): number {
    const strangers = [...this.#contacts.ids].filter((peer) => !this.#table.has(peer))
    const some = strangers.slice(0, this.#linker.places.free)
    for (const peer of some) this.connect(peer)
    return some.length
  }

  /** Ends the link to `peer`; it may be linked again later. */
  async disconnect(peer: PeerId, reason: CloseReason = 'local'): Promise<void> {
    await this.#table.close(peer, reason)
  }

  /** @throws RangeError unless it is a whole number from 1 to 50 */
  setMaxPeers(maxPeers: number): void {
    this.#settings.maxPeers = checkMaxPeers(maxPeers)
    this.#settings.minPeers = Math.min(this.#settings.minPeers, maxPeers)
    if (maxPeers < FIRM_LINKS) {
      const message = `maxPeers ${maxPeers}: below ${FIRM_LINKS} links the network may fall apart`
      this.#events.emit('warning', { message })
    }
    this.#changed()
  }

  /** @throws RangeError unless it is a whole number from 0 to `maxPeers` */
  setMinPeers(minPeers: number): void {
    this.#settings.minPeers = checkMinPeers(minPeers, this.#settings.maxPeers)
    this.#changed()
  }

  /** As the options of these names. */
  set(changes: Partial<Pick<Settings, 'autoDiscovery' | 'evictionStrategy' | 'xorRouting'>>): void {
    for (const [name, value] of Object.entries(changes)) {
      if (typeof value !== 'boolean') throw new TypeError(`${name} is true or false, got ${value}`)
    }
    Object.assign(this.#settings, changes)
    this.#changed()
  }

  /** What this peer knows of its place in the network, for a look by eye. */
  connectivity(): Connectivity {
    return describeConnectivity({
      self: this.self,
      settings: this.#settings,
      contacts: this.#contacts,
      linker: this.#linker,
      router: this.router,
      isCalm: this.#ring.isCalm,
    })
  }

  /** The device slept, or its network changed: looks after everything now. */
  wake(): void {
    if (this.#closed) return
    this.#linker.forgive()
    this.#contacts.forgive()
    this.#table.check()
    this.#cancelTick()
    this.#tick()
  }

  /** Says goodbye on all links and lets go of everything but the signaling. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    for (const unsubscribe of this.#subscriptions) unsubscribe()
    this.#cancelTick()
    this.#queries.stop()
    this.#explorer.stop()
    this.#ring.stop()
    this.#carrier.close()
    this.#linker.close()
    for (const { cancel } of this.#ungreeted.values()) cancel()
    this.#neighbourhood.close()
    this.router.close()
    this.#multiplexer.close()
    await this.#table.closeAll()
    this.#connected.clear()
    this.#events.clear()
  }

  #tick(): void {
    this.#cancelTick = this.#clock.after(TICK_MS, () => this.#tick())
    if (++this.#ticks % SWEEP_TICKS === 0) {
      this.#contacts.sweep(this.#clock.now(), this.#table.peers)
    }
    this.#contacts.release(this.#clock.now())
    this.#linker.mendRing()
    this.#ring.tick()
    this.#virtual.tick(this.#linker.ring.stranded(STRANDED_MS))
    this.#overflow.tick()
    this.#linker.fill()
    this.#lookAround()
  }

  /** Something changed that the choice of links depends on. */
  #changed(): void {
    if (this.#closed) return
    this.#linker.mendRing()
    this.#linker.fill()
    this.#lookAround()
  }

  #lookAround(): void {
    const few = this.#linker.places.open.size < this.#settings.minPeers
    this.#queries.missing(few || this.#linker.ring.isIncomplete)
    if (this.#linker.places.free === 0) this.#explorer.stop()
  }

  /** The hub named peers. */
  #introduced(peers: readonly PeerId[]): void {
    const now = this.#clock.now()
    for (const id of peers) {
      const isNew = this.#contacts.learn({ id, ageMs: 0, free: 255 }, { teller: 'hub' }, now)
      if (isNew) this.#discover(id)
    }
    this.#changed()
  }

  #learn(cards: readonly Card[], teller: PeerId, way: readonly PeerId[] = [teller]): void {
    const now = this.#clock.now()
    let anyNew = false
    for (const card of cards) {
      if (!this.#contacts.learn(card, { teller, way }, now)) continue
      anyNew = true
      this.#discover(card.id)
    }
    if (anyNew) this.#changed()
  }

  #discover(peerId: PeerId): void {
    if (this.#settings.autoDiscovery) this.#events.emit('peerDiscovered', { peerId })
  }

  /** A neighbour says who died. */
  #buried(from: PeerId, dead: readonly Card[]): void {
    const now = this.#clock.now()
    let any = false
    for (const { id, ageMs } of dead) {
      if (this.#table.transport.neighbours.has(id)) continue
      if (this.#contacts.reported(id, from, now - ageMs)) any = true
    }
    if (any) this.#changed()
  }

  /** The hub does not know the peer any more. */
  #left(peer: PeerId): void {
    // A peer that lost its hub may still be linked; the link itself tells when it is gone.
    if (this.#table.transport.neighbours.has(peer)) return
    this.#table.abandon(peer)
    this.#linker.asks.answered(peer)
    if (!this.#neighbourhood.knows(peer)) this.#contacts.died(peer, this.#clock.now())
    this.#changed()
  }

  #told(from: PeerId, frame: Exclude<NeighbourFrame, { kind: 'links' }>): void {
    switch (frame.kind) {
      case 'fours':
      case 'alarm':
        this.#ring.heard(from, frame)
        return
      case 'need': {
        const links = this.#linker.places.open.size
        this.#neighbourhood.send(from, {
          kind: 'needed',
          need: this.#linker.ring.need(from),
          links,
        })
        return
      }
      case 'needed':
        this.#overflow.answered(from, frame.need, frame.links)
        return
    }
  }

  #opened(link: OpenedLink): void {
    const { peerId } = link
    this.#contacts.linked(peerId, this.#clock.now())
    for (const peer of this.#linker.opened(peerId)) this.#evict(peer)
    const cancel = this.#clock.after(GREETING_TIMEOUT_MS, () => {
      void this.#table.close(peerId, 'failed')
    })
    this.#ungreeted.get(peerId)?.cancel()
    this.#ungreeted.set(peerId, { link, cancel })
    this.#changed()
  }

  #greeted(peerId: PeerId): void {
    const waiting = this.#ungreeted.get(peerId)
    if (waiting === undefined) return // a new link to a peer that is connected
    waiting.cancel()
    this.#ungreeted.delete(peerId)
    this.#connected.add(peerId)
    const { startedAt, initiator } = waiting.link
    const connectMs = this.#clock.now() - startedAt
    this.#events.emit('peerConnected', { peerId, initiator, connectMs })
  }

  #suspected(peerId: PeerId): void {
    if (!this.#connected.has(peerId) || this.#suspects.has(peerId)) return
    this.#suspects.set(peerId, this.#clock.now())
    this.#events.emit('peerReconnecting', { peerId })
  }

  #recovered(peerId: PeerId): void {
    const since = this.#suspects.get(peerId)
    if (since === undefined) return
    this.#suspects.delete(peerId)
    this.#events.emit('peerReconnected', { peerId, ms: this.#clock.now() - since })
  }

  #ended(peerId: PeerId, reason: CloseReason): void {
    this.#suspects.delete(peerId)
    this.#ungreeted.get(peerId)?.cancel()
    this.#ungreeted.delete(peerId)
    this.#overflow.forget(peerId)
    const parted = reason === 'evicted' || reason === 'local' || reason === 'rejected'
    this.#linker.ended(peerId, parted)
    if (reason === 'failed') this.#contacts.unanswered(peerId, this.#clock.now(), BROKEN_MS)
    else if (!parted) this.#contacts.died(peerId, this.#clock.now())
    this.#ring.unlinked()
    if (this.#connected.delete(peerId)) {
      this.#events.emit('peerDisconnected', { peerId, reason })
    }
    this.#changed()
  }

  #failed(peer: PeerId, reason: CloseReason): void {
    if (reason === 'bye') this.#contacts.died(peer, this.#clock.now())
    this.#linker.failed(peer, reason === 'rejected' || reason === 'evicted' || reason === 'local')
    this.#changed()
  }

  #evict(peerId: PeerId): void {
    if (this.#connected.has(peerId)) {
      this.#events.emit('peerEvicted', { peerId, reason: 'capacity' })
    }
    void this.#table.close(peerId, 'evicted')
  }

  /** Takes a message about links. @returns the answer to a question */
  #received(from: PeerId, message: MeshMessage): MeshMessage | undefined {
    if (this.#closed) return undefined
    switch (message.kind) {
      case 'signal':
        this.#signalled(from, message.signal)
        return undefined
      case 'refuse':
        this.#table.refused(from, message.connection)
        return undefined
      case 'ask': {
        const answer = this.#linker.asked(from, message.why)
        this.#contacts.learn(
          { id: from, ageMs: 0, free: 255 },
          { teller: 'hub' },
          this.#clock.now(),
        )
        this.#learn(message.cards, from)
        return answer && { kind: answer, cards: this.#ring.fours() }
      }
      case 'ok':
      case 'no':
        this.#learn(message.cards, from)
        this.#linker.answered(from, message.kind === 'ok')
        return undefined
    }
  }

  #signalled(from: PeerId, signal: Signal): void {
    if (this.#table.signal(from, signal) || signal.type !== 'offer') return
    if (this.#linker.accepts(from)) this.#table.accept(from, signal)
    else this.#carrier.send(from, { kind: 'refuse', connection: signal.connection })
  }

  #ringLinks(): PeerId[] {
    return nextOnEitherSide(this.self, [...this.#linker.places.open, ...this.router.tunnels.peers])
  }

  #tellerOf(peer: PeerId): PeerId | undefined {
    const teller = this.#contacts.get(peer)?.source.teller
    return teller === 'hub' ? undefined : teller
  }
}
