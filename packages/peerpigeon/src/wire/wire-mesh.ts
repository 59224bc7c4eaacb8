import type { Content, Json, PeerId } from '@pigeon/peer'
import type { SocketConnector } from '@pigeon/signaling-protocol'
import { type Clock, Emitter, type Random, TokenBucket, type Unsubscribe } from '@pigeon/transport'
import type { IceServer, RtcEngine } from '@pigeon/webrtc'
import { Attempts } from './attempts.ts'
import { decodeWireFrame, type GossipFrame, MAX_FRAME_CHARACTERS, WIRE_TTL } from './frames.ts'
import { WireGossip } from './gossip.ts'
import { type SignalType, WireSignals } from './signals.ts'
import { WireLink } from './wire-link.ts'

/** How long the hub may take to let this peer in, ms. */
const CONNECT_MS = 10_000

/** How often it is looked whom to dial, ms. */
const LOOK_MS = 500

/** Links that may be in the making at once. */
const MAX_DIALS = 4

/** Without a link for so long, peers are dialled that should dial this one, ms. */
const ALONE_MS = 3000

/** A link that is open may be made anew after so long, ms: the other side may have lost it. */
const RENEW_MS = 5000

/** Messages a second from one neighbour; four times as many at once. */
const MESSAGE_RATE = 500

/** Messages of one neighbour that make no sense until its link ends. */
const MAX_STRIKES = 20

/** What happens on a {@link WireMesh}. */
export interface WireMeshEvents {
  connected: (event: { hub: string }) => void
  disconnected: (event: { hub: string; reason: string; willRetry: boolean }) => void
  peerDiscovered: (event: { peerId: PeerId }) => void
  peerConnected: (event: {
    peerId: PeerId
    initiator: boolean
    connectMs: number
    verified: false
  }) => void
  peerDisconnected: (event: { peerId: PeerId; reason: string }) => void
  /** `from` is whoever it says it is. */
  messageReceived: (event: {
    from: PeerId
    verified: false
    content: Json
    direct: boolean
    hops: number
    ttl: number
    timestamp: number
    messageId: string
    path: readonly PeerId[]
  }) => void
  messageFailed: (event: { messageId: string; to: PeerId; code: 'NO_ROUTE' }) => void
}

/** Options of {@link WireMesh}. */
export interface WireMeshOptions {
  readonly url: string
  readonly self: PeerId
  readonly network: string
  /** Links at most. */
  readonly maxPeers: number
  readonly engine: RtcEngine
  readonly iceServers: readonly IceServer[]
  /** Connects so that messages are text. */
  readonly connect: SocketConnector
  readonly clock: Clock
  readonly random: Random
}

interface Neighbour {
  readonly link: WireLink
  readonly rate: TokenBucket
  strikes: number
}

/**
 * A peer among those of npm `peerpigeon` 1.1, in their words. Nothing proves an id there, and nothing is
 * sealed beyond the links themselves: whoever is in the network can speak for everybody.
 *
 * Invariants: one link to a peer; at most `maxPeers` of them, those in the making included; what a
 * neighbour sends beyond its rate is dropped unread.
 */
export class WireMesh {
  readonly self: PeerId
  readonly #options: WireMeshOptions
  readonly #signals: WireSignals
  readonly #gossip: WireGossip
  readonly #attempts = new Attempts()
  readonly #neighbours = new Map<PeerId, Neighbour>()
  readonly #open = new Set<PeerId>()
  readonly #events = new Emitter<WireMeshEvents>()
  #maxPeers: number
  #isDialling = true
  #aloneSince: number
  #cancelLook: () => void = () => {}
  #isClosed = false

  constructor(options: WireMeshOptions) {
    const { self, network, clock, random, maxPeers } = options
    this.#options = options
    this.self = self
    this.#maxPeers = maxPeers
    this.#aloneSince = clock.now()
    this.#signals = new WireSignals(options)
    this.#gossip = new WireGossip({
      ...{ self, network, clock, random },
      links: () => this.#open,
      send: (to, frame) => this.#send(to, frame),
      receive: (message) => this.#receive(message),
    })
    this.#listen()
  }

  on<E extends keyof WireMeshEvents>(event: E, listener: WireMeshEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** Peers with an open link. */
  get peers(): ReadonlySet<PeerId> {
    return this.#open
  }

  /** Peers that are known, linked or not. */
  get discovered(): ReadonlySet<PeerId> {
    return this.#attempts.peers
  }

  /** Messages that are remembered. */
  get seen(): number {
    return this.#gossip.seen
  }

  get canAcceptMorePeers(): boolean {
    return this.#neighbours.size < this.#maxPeers
  }

  /** Resolves when the hub let this peer in. @throws Error if it does not within 10 s */
  connect(): Promise<void> {
    const { url, clock } = this.#options
    return new Promise((resolve, reject) => {
      const end = (finish: () => void) => (): void => {
        cancel()
        for (const each of off) each()
        finish()
      }
      const fail = (reason: string) => end(() => reject(new Error(`${url}: ${reason}`)))
      const cancel = clock.after(CONNECT_MS, fail('no answer within 10 s'))
      const off = [
        this.#signals.on('connected', end(resolve)),
        this.#signals.on('disconnected', (reason) => fail(reason)()),
      ]
      this.#signals.start()
      this.#look()
    })
  }

  /**
   * To everybody.
   * @returns the id of the message
   * @throws TypeError for anything but text that is not blank, which PeerPigeon's peers drop; RangeError
   * if it is too long
   */
  sendMessage(content: Content): string {
    if (typeof content !== 'string' || content.trim() === '') {
      throw new TypeError('peers of PeerPigeon read broadcasts of text that is not blank')
    }
    checkLength(content)
    return this.#gossip.broadcast(content)
  }

  /** To one, linked or not; there are no receipts. @returns the id of the message @throws TypeError, RangeError */
  sendDirectMessage(to: PeerId, content: Content): string {
    const text = JSON.stringify(content) as string | undefined
    if (text === undefined || content instanceof Uint8Array) {
      throw new TypeError('peers of PeerPigeon read messages that are JSON')
    }
    checkLength(text)
    const isAlone = this.#open.size === 0
    const messageId = this.#gossip.direct(to, content)
    if (isAlone) this.#events.emit('messageFailed', { messageId, to, code: 'NO_ROUTE' })
    return messageId
  }

  setMaxPeers(maxPeers: number): void {
    this.#maxPeers = maxPeers
  }

  /** Whether peers that are discovered are dialled. */
  setAutoDiscovery(isOn: boolean): void {
    this.#isDialling = isOn
  }

  connectToPeer(peer: PeerId): void {
    if (peer !== this.self && !this.#neighbours.has(peer)) this.#dial(peer)
  }

  disconnectPeer(peer: PeerId): void {
    this.#neighbours.get(peer)?.link.close('closed')
  }

  /** Dials all that are known, as far as there is room. @returns how many */
  forceConnectToAllPeers(): number {
    const strangers = [...this.discovered].filter((peer) => !this.#neighbours.has(peer))
    const some = strangers.slice(0, Math.max(0, this.#maxPeers - this.#neighbours.size))
    for (const peer of some) this.#dial(peer)
    return some.length
  }

  /** How often a peer was dialled in vain since it was last linked. */
  getConnectionAttempts(peer: PeerId): number {
    return this.#attempts.count(peer)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#cancelLook()
    this.#signals.close()
    for (const { link } of [...this.#neighbours.values()]) link.close('closed')
    this.#events.clear()
  }

  #listen(): void {
    const { url: hub } = this.#options
    const signals = this.#signals
    signals.on('connected', () => this.#events.emit('connected', { hub }))
    signals.on('disconnected', (reason) => {
      this.#events.emit('disconnected', { hub, reason, willRetry: true })
    })
    signals.on('discovered', (peerId) => {
      if (this.#attempts.heardOf(peerId)) this.#events.emit('peerDiscovered', { peerId })
    })
    // The link says itself when it is over: whoever is in the network could say goodbye for others.
    signals.on('gone', (peer) => this.#attempts.forget(peer))
    signals.on('signal', (type, from, data) => this.#signal(type, from, data))
  }

  #look(): void {
    const { clock } = this.#options
    this.#cancelLook = clock.after(LOOK_MS, () => this.#look())
    if (!this.#isDialling || !this.#signals.isConnected) return
    const now = clock.now()
    const isAlone = this.#open.size === 0 && now - this.#aloneSince >= ALONE_MS
    let dials = this.#neighbours.size - this.#open.size
    for (const peer of this.#attempts.due(now)) {
      if (dials >= MAX_DIALS || this.#neighbours.size >= this.#maxPeers) return
      // Of two the one with the larger id dials: PeerPigeon refuses others.
      if (this.#neighbours.has(peer) || (peer > this.self && !isAlone)) continue
      this.#dial(peer)
      dials++
    }
  }

  #dial(peer: PeerId): void {
    this.#make(peer, true)?.dial()
  }

  #signal(type: SignalType, from: PeerId, data: unknown): void {
    const known = this.#neighbours.get(from)?.link
    if (type === 'ice-candidate') known?.candidate(data)
    else if (type === 'answer') known?.answered(data)
    else if (this.#mayTake(from, known)) {
      known?.close('replaced')
      this.#make(from, false)?.answer(data)
    }
  }

  /** Whether an offer should be answered. */
  #mayTake(from: PeerId, known: WireLink | undefined): boolean {
    if (known === undefined) return this.#neighbours.size < this.#maxPeers
    if (known.openedAt !== undefined) {
      return this.#options.clock.now() - known.openedAt >= RENEW_MS
    }
    // Both dialled: that of the larger id stands.
    return !known.isInitiator || from > this.self
  }

  #make(peer: PeerId, isInitiator: boolean): WireLink | undefined {
    const { engine, iceServers, clock } = this.#options
    let made: WireLink | undefined
    try {
      made = new WireLink({
        ...{ engine, iceServers, clock, isInitiator },
        signal: (type, data) => this.#signals.send(type, peer, data),
        opened: () => this.#opened(peer, link),
        message: (text) => this.#heard(peer, text),
        closed: (reason) => this.#closed(peer, link, reason),
      })
    } catch {
      this.#attempts.failed(peer, clock.now())
      return undefined
    }
    const link = made
    const rate = new TokenBucket(MESSAGE_RATE, 4 * MESSAGE_RATE, clock.now())
    this.#neighbours.set(peer, { link, rate, strikes: 0 })
    return link
  }

  #opened(peerId: PeerId, link: WireLink): void {
    if (this.#neighbours.get(peerId)?.link !== link) return
    if (this.#attempts.heardOf(peerId)) this.#events.emit('peerDiscovered', { peerId })
    this.#attempts.linked(peerId)
    this.#open.add(peerId)
    const connectMs = (link.openedAt ?? link.begunAt) - link.begunAt
    const { isInitiator: initiator } = link
    this.#events.emit('peerConnected', { peerId, initiator, connectMs, verified: false })
  }

  #closed(peerId: PeerId, link: WireLink, reason: string): void {
    const { clock } = this.#options
    if (this.#neighbours.get(peerId)?.link !== link) return
    this.#neighbours.delete(peerId)
    this.#attempts.failed(peerId, clock.now())
    if (!this.#open.delete(peerId)) return
    if (this.#open.size === 0) this.#aloneSince = clock.now()
    this.#events.emit('peerDisconnected', { peerId, reason })
  }

  #heard(peer: PeerId, text: string): void {
    const neighbour = this.#neighbours.get(peer)
    if (neighbour === undefined || !neighbour.rate.take(1, this.#options.clock.now())) return
    const frame = decodeWireFrame(text)
    switch (frame?.type) {
      case 'gossip':
        this.#gossip.take(peer, frame)
        return
      case 'eviction':
        neighbour.link.close('evicted')
        return
      case 'dht-query':
        this.#answerQuery(neighbour.link, frame.requestId)
        return
      case undefined:
        neighbour.strikes++
        if (neighbour.strikes >= MAX_STRIKES) neighbour.link.close('malformed')
    }
  }

  /** This peer keeps no values for others: said at once, so that nobody waits. */
  #answerQuery(link: WireLink, requestId: string | number): void {
    const { clock } = this.#options
    const data = { requestId, found: false, data: null }
    const timestamp = Math.floor(clock.now())
    const messageType = 'dht_query_response'
    link.send(JSON.stringify({ type: 'dht', messageType, data, from: this.self, timestamp }))
  }

  #send(to: PeerId, frame: GossipFrame): void {
    this.#neighbours.get(to)?.link.send(JSON.stringify(frame))
  }

  #receive({ from, content, to, ttl, timestamp, id, path }: GossipFrame): void {
    this.#events.emit('messageReceived', {
      ...{ from, verified: false, direct: to !== undefined, timestamp, messageId: id, path },
      content: content as Json,
      hops: WIRE_TTL - ttl + 1,
      ttl,
    })
  }
}

function checkLength(text: string): void {
  // The path that a message collects goes along.
  const most = MAX_FRAME_CHARACTERS / 2
  if (text.length > most) {
    throw new RangeError(`a message has at most ${most} characters, got ${text.length}`)
  }
}
