import type { RandomStream, SimulatedSocket } from '@pigeon/simulator'
import type { Clock, CloseReason, LinkFactory, Signal } from '@pigeon/transport'
import { compareDistance, type PeerId } from '@pigeon/xor'
import { Discovered } from './discovered.ts'
import { decodeFrame, EVICTION_NOTICE, type GossipMessage } from './frames.ts'
import { RuleGossip } from './gossip.ts'
import { HubConnection } from './hub-connection.ts'
import type { FromHub } from './hub-messages.ts'
import { Slots } from './slots.ts'

/** Attempts at one peer without a link, after which it is forgotten. */
const MAX_ATTEMPTS = 3

/** Least time between two attempts at one peer, ms; without any link the second. */
const RETRY_MS = 500
const RETRY_ISOLATED_MS = 200

/** How often a peer below the floor tries more, ms, and the floor. */
const FLOOR_EVERY_MS = 4000
const FLOOR = 3

/** How often offers without an answer are looked for, and how old they must be, ms. */
const STUCK_EVERY_MS = 2000
const STUCK_MS = 10_000

/** How often who was long not heard of is forgotten, ms. */
const FORGET_EVERY_MS = 30_000

/** After the last news of a peer that was unknown the links are looked over once, ms. */
const OPTIMISE_MIN_MS = 10_000
const OPTIMISE_SPREAD_MS = 5000

/** A peer that lost its last link looks for others after this, ms. */
const LONELY_MS = 500

/** What a {@link PeerPigeonRule} is made with. */
export interface PeerPigeonRuleOptions {
  self: PeerId
  /** Connections at most, opened or not. PeerPigeon's default is 3. */
  maxPeers: number
  /** Open links below which several peers are tried at once. PeerPigeon's default is 2. */
  minPeers?: number
  connect: () => SimulatedSocket
  links: LinkFactory
  clock: Clock
  random: RandomStream
  onMessage?: (message: GossipMessage) => void
}

/**
 * A peer that chooses its links as PeerPigeon 1.1.3 does, bugs included:
 * - the larger id offers, and an offer from a smaller one is refused; the refusal never arrives,
 *   since the hub does not pass it on, so it holds a place for ten seconds and is not tried again
 * - the newcomer offers to whomever it hears of first, until all its places are taken
 * - who is full makes room for anyone closer by XOR than its farthest, open or not
 * - below three links it offers to the closest others every four seconds
 *
 * Left out: what a CPU and real ICE add, media, encryption, global fallback.
 */
export class PeerPigeonRule {
  readonly self: PeerId
  readonly gossip: RuleGossip
  readonly #options: Required<PeerPigeonRuleOptions>
  readonly #hub: HubConnection
  readonly #discovered: Discovered
  readonly #slots: Slots
  readonly #tries = new Map<PeerId, number>()
  readonly #triedAt = new Map<PeerId, number>()
  #cancelOptimise: () => void = () => {}

  constructor(options: PeerPigeonRuleOptions) {
    const { self, connect, clock, maxPeers } = options
    this.self = self
    this.#options = { minPeers: 2, onMessage: () => {}, ...options }
    this.#discovered = new Discovered(self)
    this.#slots = new Slots(self, maxPeers)
    this.gossip = new RuleGossip({
      self,
      neighbours: () => this.#slots.connected,
      send: (to, frame) => this.#slots.get(to)?.link.send(frame),
      onMessage: this.#options.onMessage,
    })
    this.#hub = new HubConnection({
      connect,
      clock,
      isHealthy: () => this.#slots.connected.length > 0,
      onConnected: () => this.#hub.send({ type: 'announce', peerId: self }),
      onMessage: (message) => this.#heard(message),
    })
  }

  /** Peers with an open link. */
  get links(): ReadonlySet<PeerId> {
    return new Set(this.#slots.connected)
  }

  start(): void {
    this.#hub.start()
    this.#every(FLOOR_EVERY_MS, () => this.#reachFloor())
    this.#every(STUCK_EVERY_MS, () => this.#freeStuck())
    this.#every(FORGET_EVERY_MS, () => this.#discovered.removeStale(this.#options.clock.now()))
  }

  #heard(message: FromHub): void {
    if (message.type === 'peer-discovered') this.#discover(message.peerId)
    else if (message.type === 'signal') this.#signalled(message.from, message.signal)
  }

  #discover(peer: PeerId): void {
    const { clock, random } = this.#options
    if (!this.#discovered.add(peer, clock.now())) return
    if (this.#mayInitiate(peer) && this.#slots.hasRoom) this.#connect(peer)
    this.#cancelOptimise()
    const waitMs = OPTIMISE_MIN_MS + random.fraction() * OPTIMISE_SPREAD_MS
    this.#cancelOptimise = clock.after(waitMs, () => {
      if (this.#hub.isConnected) this.#optimise()
    })
  }

  #mayInitiate(peer: PeerId): boolean {
    return this.#discovered.mayInitiate(peer, this.#slots.connected.length)
  }

  /** `ConnectionManager.connectToPeer` */
  #connect(peer: PeerId): void {
    if (this.#slots.has(peer) || this.#discovered.isAttempted(peer)) return
    const connected = this.#slots.connected.length
    if (this.self < peer && connected >= this.#floor) return
    if (!this.#slots.hasRoom) return
    const now = this.#options.clock.now()
    const tries = this.#tries.get(peer) ?? 0
    const waitMs = connected === 0 ? RETRY_ISOLATED_MS : RETRY_MS
    if (tries > 0 && now - (this.#triedAt.get(peer) ?? 0) < waitMs) return
    if (tries >= MAX_ATTEMPTS) {
      this.#discovered.remove(peer)
      return
    }
    this.#tries.set(peer, tries + 1)
    this.#triedAt.set(peer, now)
    this.#discovered.attempt(peer)
    this.#open(peer, true)
  }

  get #floor(): number {
    return Math.min(FLOOR, this.#options.maxPeers)
  }

  #open(peer: PeerId, initiator: boolean): void {
    const { links, clock } = this.#options
    const link = links.create({ self: this.self, remote: peer, dial: initiator })
    this.#slots.set(peer, { link, initiator, since: clock.now(), answered: false })
    let wasOpen = false
    link.on('signal', (signal) => {
      this.#hub.send({ type: 'signal', to: peer, signal })
      if (signal.type === 'answer') this.#discovered.attemptEnded(peer)
    })
    link.on('open', () => {
      wasOpen = true
      this.#tries.delete(peer)
      this.#discovered.attemptEnded(peer)
      this.#discovered.refresh(peer, clock.now())
    })
    link.on('frame', (frame) => this.#received(peer, frame))
    link.on('close', (reason) => {
      if (this.#slots.get(peer)?.link === link) this.#lost(peer, reason, wasOpen)
    })
  }

  #signalled(from: PeerId, signal: Signal): void {
    if (signal.type === 'offer') {
      this.#offered(from, signal)
      return
    }
    const slot = this.#slots.get(from)
    if (slot === undefined) return
    if (signal.type === 'answer') slot.answered = true
    slot.link.signal(signal)
  }

  /** `SignalingHandler.handleOffer` */
  #offered(from: PeerId, offer: Signal): void {
    if (this.self > from) {
      this.#hub.send({ type: 'connection-rejected', to: from })
      return
    }
    const slot = this.#slots.get(from)
    if (slot !== undefined) {
      if (slot.link.state === 'open' || !slot.initiator || slot.answered) return
      this.#drop(from)
    }
    this.#tries.delete(from)
    if (!this.#slots.hasRoom) {
      const evicted = this.#slots.evictedFor(from)
      if (evicted === undefined) {
        this.#hub.send({ type: 'connection-rejected', to: from })
        return
      }
      this.#slots.get(evicted)?.link.send(EVICTION_NOTICE)
      this.#drop(evicted)
      this.#discovered.attemptEnded(evicted)
    }
    this.#open(from, false)
    this.#slots.get(from)?.link.signal(offer)
  }

  #received(from: PeerId, frame: Uint8Array): void {
    const message = decodeFrame(frame)
    if (message === 'eviction') this.#drop(from)
    else this.gossip.received(from, message)
  }

  /** Ends a connection on purpose: nothing follows from it. */
  #drop(peer: PeerId): void {
    void this.#slots.take(peer)?.link.close()
  }

  /** `ConnectionManager.handlePeerDisconnection` */
  #lost(peer: PeerId, reason: CloseReason, wasOpen: boolean): void {
    this.#slots.take(peer)
    this.#discovered.attemptEnded(peer)
    if (wasOpen && (reason === 'failed' || reason === 'timeout')) this.#tries.delete(peer)
    const isLonely = () => this.#slots.connected.length === 0
    if (!isLonely() || this.#discovered.size === 0) return
    this.#options.clock.after(LONELY_MS, () => {
      if (isLonely()) this.#optimise()
    })
  }

  /** Tries the closest others until there are enough links. */
  #reachFloor(): void {
    const connected = this.#slots.connected.length
    if (!this.#hub.isConnected || connected >= this.#floor) return
    const candidates = this.#discovered.ids.filter(
      (id) => !this.#slots.has(id) && !this.#discovered.isAttempted(id),
    )
    for (const peer of this.#closestFirst(candidates).slice(0, this.#floor - connected)) {
      this.#connect(peer)
    }
  }

  /** `MeshOptimizer.handleOptimizeConnections` */
  #optimise(): void {
    const candidates = this.#closestFirst(
      this.#discovered.ids.filter((id) => !this.#slots.has(id) && this.#mayInitiate(id)),
    )
    const { minPeers, maxPeers } = this.#options
    const connected = this.#slots.connected.length
    const enough = maxPeers <= 3 ? maxPeers : Math.floor(maxPeers * 0.7)
    const wanted = connected === 0 ? 1 : connected < minPeers ? minPeers - connected : 1
    if (connected >= minPeers && connected >= enough) return
    for (const peer of candidates.slice(0, wanted)) this.#connect(peer)
  }

  /** Gives up offers that nobody answered; the attempt stays marked, so few are made again. */
  #freeStuck(): void {
    if (!this.#hub.isConnected) return
    for (const peer of this.#slots.stuckSince(this.#options.clock.now() - STUCK_MS)) {
      this.#drop(peer)
      this.#connect(peer)
    }
  }

  #closestFirst(ids: PeerId[]): PeerId[] {
    return ids.sort((a, b) => compareDistance(this.self, a, b))
  }

  #every(ms: number, run: () => void): void {
    this.#options.clock.after(ms, () => {
      run()
      this.#every(ms, run)
    })
  }
}
