import {
  type Clock,
  type CloseReason,
  Emitter,
  Multiplexer,
  type ProtocolTransport,
  type Random,
  type Signal,
  type Unsubscribe,
  wholeNumber,
} from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { Asks } from './asks.ts'
import { Carrier, LINK_SERVICE } from './carrier.ts'
import { admits, peersToDial, type Situation } from './choice.ts'
import { Contacts } from './contacts.ts'
import { LinkTable, type OpenedLink } from './link-table.ts'
import type { MeshEvents, MeshOptions } from './mesh-options.ts'
import { decodeMessage } from './messages.ts'
import { Neighbourhood } from './neighbourhood.ts'
import { QueryTimer } from './query-timer.ts'
import { Router } from './router.ts'
import { SearchTimer } from './search-timer.ts'

/** How long a peer is left alone after one side ended the link on purpose, ms. */
const PARTED_WAIT_MS = 30_000

/** A contact that no neighbour is linked with is forgotten after so many failed attempts. */
const MAX_FAILURES = 3

/** How long the other side of an open link may take to say what it speaks, ms. */
const GREETING_TIMEOUT_MS = 5000

/**
 * Decides whom to link with, makes the links through a {@link Signaling}, mends what breaks, and
 * gives each protocol a transport over all links.
 *
 * Invariants:
 * 1. At most one open link to a peer; a second one replaces it only once it is open.
 * 2. At most `maxPeers` + 2 links are open or being opened, at most `maxDials` of them dialled. A
 *    peer is asked before anything is made for a link to it.
 * 3. The next known id on either side of the ring is always linked or tried again, so peers that
 *    know each other form one network.
 * 4. Neighbours tell each other their links, and a search finds who is next on the ring; from the
 *    first link on, peers are discovered and links are made over the mesh, also without a hub.
 */
export class Mesh {
  readonly self: PeerId
  /** Brings messages to peers that are not linked. */
  readonly router: Router
  readonly #options: Required<Pick<MeshOptions, 'maxPeers' | 'minPeers' | 'maxDials'>>
  readonly #carrier: Carrier
  readonly #clock: Clock
  readonly #contacts: Contacts
  readonly #table: LinkTable
  readonly #multiplexer: Multiplexer
  readonly #neighbourhood: Neighbourhood
  readonly #asks: Asks
  readonly #query: QueryTimer
  readonly #search: SearchTimer
  readonly #random: Random
  readonly #events = new Emitter<MeshEvents>()
  readonly #connected = new Set<PeerId>()
  /** Open links whose other side has not said yet what it speaks. */
  readonly #ungreeted = new Map<PeerId, { link: OpenedLink; cancel: () => void }>()
  readonly #subscriptions: Unsubscribe[]
  #retry: (() => void) | undefined
  #filling = false
  #fillAgain = false
  #closed = false

  constructor(options: MeshOptions) {
    const { self, signaling, clock } = options
    this.self = self
    this.#clock = clock
    const maxPeers = wholeNumber('maxPeers', options.maxPeers ?? 8, 1, 50)
    this.#options = {
      maxPeers,
      minPeers: wholeNumber('minPeers', options.minPeers ?? Math.min(3, maxPeers), 0, maxPeers),
      maxDials: wholeNumber('maxDials', options.maxDials ?? 4, 1, 50),
    }
    this.#contacts = new Contacts(self, options.maxContacts ?? 1000)
    this.#table = new LinkTable({ self, clock, factory: options.links })
    this.#multiplexer = new Multiplexer(this.#table.transport)
    this.#neighbourhood = new Neighbourhood({ transport: this.open('pigeon/links/1'), clock })
    this.router = new Router({
      transport: this.open('pigeon/route/1'),
      clock,
      random: options.random,
      neighbourhood: this.#neighbourhood,
      known: () => this.#contacts.table.values(),
    })
    const { router } = this
    const ways = { signaling, router, neighbourhood: this.#neighbourhood }
    this.#carrier = new Carrier(ways, (peer) => this.#unreachable(peer))
    this.#asks = new Asks(clock)
    this.#random = options.random
    this.#search = new SearchTimer(clock, () => this.#searchRing())
    this.#query = new QueryTimer(clock, () => void signaling.query())
    this.#subscriptions = [
      signaling.on('connected', ({ peers }) => {
        this.#contacts.retryAll()
        this.#discovered(peers)
      }),
      signaling.on('peers', (peers) => this.#discovered(peers)),
      signaling.on('left', (peer) => this.#left(peer)),
      signaling.on('undeliverable', (peer, reason) => {
        if (reason === 'unknown') this.#left(peer)
      }),
      signaling.on('relay', (from, payload) => this.#received(from, payload)),
      this.router.on('message', ({ from, service, payload }) => {
        if (service === LINK_SERVICE) this.#received(from, payload)
      }),
      this.router.on('searched', (origin) => this.#discovered([origin])),
      this.#neighbourhood.on('told', (_neighbour, links) => this.#discovered(links)),
      this.#table.on('signal', (to, signal) => this.#carrier.send(to, { kind: 'signal', signal })),
      this.#table.on('opened', (event) => this.#opened(event)),
      this.#table.on('failed', (peer, reason) => this.#failed(peer, reason)),
      this.#table.on('closed', (peer, reason) => this.#ended(peer, reason)),
      this.#multiplexer.on('up', (peer) => this.#greeted(peer)),
    ]
  }

  /** Peers that can be sent to. */
  get peers(): ReadonlySet<PeerId> {
    return this.#connected
  }

  /** Peers known to be in the network, linked or not. */
  get discovered(): ReadonlySet<PeerId> {
    return this.#contacts.ids
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

  /** Failed attempts to link with `peer` since the last link. */
  attempts(peer: PeerId): number {
    return this.#contacts.failures(peer)
  }

  /** Dials `peer`, whether or not the mesh would choose it. Does nothing if it is linked. */
  connect(peer: PeerId): void {
    if (this.#closed || peer === this.self || this.#table.has(peer)) return
    this.#contacts.add(peer)
    this.#table.dial(peer)
  }

  /** Ends the link to `peer`; it may be linked again later. */
  async disconnect(peer: PeerId, reason: CloseReason = 'local'): Promise<void> {
    await this.#table.close(peer, reason)
  }

  /** Says goodbye on all links and lets go of everything but the signaling. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    for (const unsubscribe of this.#subscriptions) unsubscribe()
    this.#retry?.()
    this.#query.stop()
    this.#search.stop()
    for (const { cancel } of this.#ungreeted.values()) cancel()
    this.#asks.close()
    this.#neighbourhood.close()
    this.router.close()
    this.#multiplexer.close()
    await this.#table.closeAll()
    this.#connected.clear()
    this.#events.clear()
  }

  #discovered(peers: readonly PeerId[]): void {
    for (const peer of peers) {
      if (this.#contacts.add(peer)) this.#events.emit('peerDiscovered', { peerId: peer })
    }
    this.#fill()
  }

  #left(peer: PeerId): void {
    // A peer that lost its hub may still be linked; the link itself tells when it is gone.
    this.#table.abandon(peer)
    this.#asks.answered(peer)
    if (!this.#table.has(peer) && !this.#neighbourhood.knows(peer)) this.#contacts.delete(peer)
    this.#fill()
  }

  #opened(link: OpenedLink): void {
    const { peerId } = link
    this.#contacts.linked(peerId)
    const cancel = this.#clock.after(GREETING_TIMEOUT_MS, () => {
      void this.#table.close(peerId, 'failed')
    })
    this.#ungreeted.set(peerId, { link, cancel })
    this.#fill()
  }

  #greeted(peerId: PeerId): void {
    const waiting = this.#ungreeted.get(peerId)
    if (waiting === undefined) return // a new link to a peer that is connected
    waiting.cancel()
    this.#ungreeted.delete(peerId)
    this.#connected.add(peerId)
    const { startedAt, initiator } = waiting.link
    const connectMs = this.#clock.now() - startedAt
    this.#search.soon()
    this.#events.emit('peerConnected', { peerId, initiator, connectMs })
  }

  #ended(peerId: PeerId, reason: CloseReason): void {
    this.#ungreeted.get(peerId)?.cancel()
    this.#ungreeted.delete(peerId)
    this.#search.soon()
    if (this.#connected.delete(peerId)) {
      this.#events.emit('peerDisconnected', { peerId, reason })
    }
    this.#failed(peerId, reason)
  }

  #failed(peer: PeerId, reason: CloseReason): void {
    if (reason === 'bye') this.#contacts.delete(peer)
    const broken = reason === 'failed' || reason === 'timeout'
    const wait = broken ? 0 : PARTED_WAIT_MS
    this.#contacts.failed(peer, this.#clock.now(), wait)
    if (this.#contacts.failures(peer) >= MAX_FAILURES && !this.#neighbourhood.knows(peer)) {
      this.#contacts.delete(peer)
    }
    this.#fill()
  }

  /** Looks through a neighbour at random for the ids next to this one: rings find each other so. */
  #searchRing(): void {
    const neighbours = [...this.#connected]
    const [draw = 0] = this.#random.fill(new Uint8Array(1))
    const via = neighbours[draw % neighbours.length]
    if (via === undefined) return
    this.router.search(via, (result) => {
      if (!result.ok) return
      // What is new may know of more.
      if (result.found.some((id) => !this.#contacts.has(id) && id !== this.self)) {
        this.#search.soon()
      }
      this.#discovered(result.found)
    })
  }

  /** Takes a message that came through the hub or over the mesh. */
  #received(from: PeerId, payload: Uint8Array): void {
    const message = decodeMessage(payload)
    if (message === undefined || from === this.self) return
    switch (message.kind) {
      case 'signal':
        this.#signalled(from, message.signal)
        return
      case 'refuse':
        this.#table.refused(from, message.connection)
        return
      case 'ask':
        this.#asked(from)
        return
      case 'ok':
        if (this.#asks.answered(from) && !this.#table.has(from)) this.#table.dial(from)
        return
      case 'no':
        if (this.#asks.answered(from)) this.#failed(from, 'rejected')
        return
    }
  }

  #signalled(from: PeerId, signal: Signal): void {
    if (this.#table.signal(from, signal) || signal.type !== 'offer') return
    if (this.#asks.redeem(from) || this.#hasRoomFor(from)) {
      this.#asks.answered(from)
      this.#contacts.add(from)
      this.#table.accept(from, signal)
    } else {
      this.#carrier.send(from, { kind: 'refuse', connection: signal.connection })
    }
  }

  #asked(from: PeerId): void {
    // Both ask at once: the question of the larger id stands.
    if (this.#asks.asked.has(from) && this.self > from) return
    this.#asks.answered(from)
    if (this.#hasRoomFor(from)) {
      this.#asks.promise(from, () => this.#fill())
      this.#carrier.send(from, { kind: 'ok' })
    } else {
      this.#carrier.send(from, { kind: 'no' })
    }
  }

  #hasRoomFor(peer: PeerId): boolean {
    const taken = new Set([...this.#table.peers, ...this.#asks.promised.keys()])
    taken.delete(peer)
    return admits(this.#situation(taken), peer)
  }

  /** Nothing can be brought to a peer that was asked or is being dialled. */
  #unreachable(peer: PeerId): void {
    if (this.#asks.answered(peer)) this.#failed(peer, 'failed')
    else this.#table.unreachable(peer)
  }

  #situation(linked: ReadonlySet<PeerId>): Situation {
    return { table: this.#contacts.table, linked, maxPeers: this.#options.maxPeers }
  }

  /** As {@link #fillOnce}, again if what it did changed the situation at once. */
  #fill(): void {
    this.#fillAgain = true
    if (this.#filling) return
    this.#filling = true
    try {
      while (this.#fillAgain && !this.#closed) {
        this.#fillAgain = false
        this.#fillOnce()
      }
    } finally {
      this.#filling = false
    }
  }

  /** Makes room, asks those whom the choice names, looks after retries and asks the hub if there are too few. */
  #fillOnce(): void {
    const now = this.#clock.now()
    const { maxPeers, minPeers, maxDials } = this.#options
    const open = this.#table.transport.neighbours
    for (const peer of this.#contacts.table.excess(open, maxPeers)) {
      void this.#table.close(peer, 'evicted')
    }
    const isReady = (peer: PeerId) => this.#contacts.isReady(peer, now)
    const { asked, promised } = this.#asks
    const taken = new Set([...this.#table.peers, ...asked.keys(), ...promised.keys()])
    for (const peer of peersToDial(this.#situation(taken), isReady)) {
      if (this.#table.dialling + asked.size >= maxDials) break
      this.#asks.ask(peer, () => this.#failed(peer, 'timeout'))
      this.#carrier.send(peer, { kind: 'ask' })
    }
    this.#retry?.()
    const next = this.#contacts.nextRetryAt(now)
    this.#retry = next === undefined ? undefined : this.#clock.after(next - now, () => this.#fill())
    this.#query.want(open.size < minPeers)
  }
}
