import {
  type Clock,
  Emitter,
  type Random,
  type SendResult,
  type Transport,
  type Unsubscribe,
} from '@pigeon/transport'
import { closerOnRing, type PeerId } from '@pigeon/xor'
import type { Neighbourhood } from './neighbourhood.ts'
import { type Request, RequestMemory, type RouteResult } from './request-memory.ts'
import {
  decodeRouteFrame,
  encodeRouteFrame,
  FORWARD_BYTES,
  type Forward,
  MAX_WAY,
  REQUEST_BYTES,
  type RouteFrame,
  requestName,
  type Tunnelled,
} from './route-frames.ts'
import { Tunnels } from './tunnels.ts'

/** Options of {@link Router}. */
export interface RouterOptions {
  transport: Transport
  clock: Clock
  random: Random
  /** What the neighbours say of their links. */
  neighbourhood: Neighbourhood
  /** The neighbour that told of a peer: tried where nobody is closer. Default: none. */
  teller?: (peer: PeerId) => PeerId | undefined
  /** Links a request may pass, 1 to 255. Default 128. */
  hopLimit?: number
  /** Dead ends a request may turn back from. Default 8. */
  backtracks?: number
  /** How long a hop remembers a request and its origin waits for the answer, ms. Default 10,000. */
  timeoutMs?: number
  /** Requests of others remembered in all; beyond, new ones are turned back. Default 4,096. */
  maxRequests?: number
  /** Of those, from one neighbour. Default 256. */
  maxRequestsPerLink?: number
  /** Bytes of the payloads of those, kept in case they have to turn. Default 8 MiB. */
  maxRequestBytes?: number
}

/** A routed message that ended here. */
export interface Routed {
  /** Who sent it; a claim of the neighbour that brought it. */
  readonly from: PeerId
  readonly payload: Uint8Array
  readonly hops: number
  /** The way back to the sender, itself last, if it was recorded. */
  readonly wayBack: readonly PeerId[] | undefined
}

/** How to send. */
export interface Routing {
  /** Peers to pass first, one after the other; from the last one on the ring leads. */
  way?: readonly PeerId[] | undefined
  /** Whether the receiver learns the way back. */
  record?: boolean
  /** Dead ends it may turn back from. Default: the router's. */
  backtracks?: number
}

/** What happens on a {@link Router}. */
export interface RouterEvents {
  /** A neighbour takes frames again. */
  drain: () => void
  /** The tunnel to a peer leads nowhere any more. */
  cut: (peer: PeerId) => void
}

/**
 * Brings messages to any peer of the network over existing links: each hop passes them to the
 * neighbour that is, or is linked with, the peer numerically closest to the target, and that is
 * closer than itself. The answer goes back the same way. Where nobody is closer, the request turns
 * back and the hop before tries its next best neighbour.
 *
 * With a whole ring there is always somebody closer. Ring neighbours that cannot link are joined
 * by a tunnel, a recorded way over links, that counts as one. Wire format, protocol
 * `pigeon/route/1`: see `route-frames.ts`.
 */
export class Router {
  readonly tunnels: Tunnels = new Tunnels()
  readonly #transport: Transport
  readonly #random: Random
  readonly #neighbourhood: Neighbourhood
  readonly #teller: (peer: PeerId) => PeerId | undefined
  readonly #hopLimit: number
  readonly #backtracks: number
  readonly #requests: RequestMemory
  readonly #services = new Map<number, (message: Routed) => Uint8Array>()
  readonly #events = new Emitter<RouterEvents>()
  readonly #subscriptions: Unsubscribe[]

  constructor(options: RouterOptions) {
    this.#transport = options.transport
    this.#random = options.random
    this.#neighbourhood = options.neighbourhood
    this.#teller = options.teller ?? (() => undefined)
    this.#hopLimit = options.hopLimit ?? 128
    this.#backtracks = options.backtracks ?? 8
    this.#requests = new RequestMemory(options.clock, {
      timeoutMs: options.timeoutMs ?? 10_000,
      maxRequests: options.maxRequests ?? 4096,
      maxRequestsPerLink: options.maxRequestsPerLink ?? 256,
      maxRequestBytes: options.maxRequestBytes ?? 8 * 1024 * 1024,
    })
    this.#subscriptions = [
      this.#transport.on('frame', (from, bytes) => this.#frame(from, decodeRouteFrame(bytes))),
      this.#transport.on('down', (peer) => {
        for (const end of this.tunnels.through(peer)) this.#cut(end)
        this.#down(peer)
      }),
      this.#transport.on('drain', () => this.#events.emit('drain')),
    ]
  }

  get self(): PeerId {
    return this.#transport.self
  }

  get hasNeighbours(): boolean {
    return this.#transport.neighbours.size > 0
  }

  /** The largest payload without a way, bytes. */
  get maxPayloadBytes(): number {
    return this.#transport.maxFrameBytes - FORWARD_BYTES
  }

  on<E extends keyof RouterEvents>(event: E, listener: RouterEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /**
   * Takes the messages for one part of this peer.
   * @param service its number, 0 to 255
   * @param handler returns the reply that goes back with the receipt
   */
  serve(service: number, handler: (message: Routed) => Uint8Array): void {
    this.#services.set(service, handler)
  }

  /**
   * Sends to a peer, linked or not.
   * @param done is told the end once, if this returns `sent`
   * @returns `sent`; `congested`: every way is full, try again at `drain`; `gone`: no neighbour is
   * closer to the target; `too-large`
   */
  send(
    target: PeerId,
    service: number,
    payload: Uint8Array,
    done: (result: RouteResult) => void,
    routing: Routing = {},
  ): SendResult {
    return this.#start({ target, service, payload, search: false }, done, routing)
  }

  /**
   * As {@link send}, but it ends at the peer closest to `target`, which answers. With its own id
   * as the target a peer finds those next to it: nobody gives the request back to it.
   */
  search(
    target: PeerId,
    service: number,
    payload: Uint8Array,
    done: (result: RouteResult) => void,
    routing: Routing = {},
  ): SendResult {
    return this.#start({ target, service, payload, search: true }, done, routing)
  }

  close(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe()
    this.#requests.clear()
    this.tunnels.clear()
    this.#services.clear()
    this.#events.clear()
  }

  #start(
    what: Pick<Forward, 'target' | 'service' | 'payload' | 'search'>,
    done: (result: RouteResult) => void,
    { way = [], record = false, backtracks = this.#backtracks }: Routing,
  ): SendResult {
    const wayBytes = (way.length + (record ? MAX_WAY : 0)) * 20
    if (what.payload.length + wayBytes > this.maxPayloadBytes) return 'too-large'
    const request = this.#requests.remember(
      {
        ...what,
        kind: 'forward',
        request: requestName(this.#random.fill(new Uint8Array(REQUEST_BYTES))),
        origin: this.#transport.self,
        hops: 1,
        backtracks,
        way,
        passed: record ? [] : undefined,
      },
      undefined,
      done,
    )
    const result = this.#advance(request, backtracks)
    if (result !== 'sent') this.#requests.forget(request)
    return result
  }

  #frame(from: PeerId, frame: RouteFrame | undefined): void {
    if (frame === undefined) return
    if (frame.kind === 'tunnel') {
      this.#tunnelled(frame)
      return
    }
    if (frame.kind === 'forward') {
      this.#forward(from, frame)
      return
    }
    if (frame.kind === 'cut') {
      // Only who is on the way can say so.
      if (this.tunnels.way(frame.peer)?.includes(from)) this.#cut(frame.peer)
      return
    }
    const request = this.#requests.get(frame.request)
    // Only a neighbour that was given the request may speak of it.
    if (request === undefined || !request.asked.has(from)) return
    if (frame.kind === 'back') this.#turnedBack(request, frame.backtracks)
    else this.#answer(request, frame)
  }

  #tunnelled({ way, passed, frame }: Tunnelled): void {
    const [sender] = passed
    if (sender === undefined || sender === this.#transport.self) return
    const [, ...ahead] = way
    const [next] = ahead
    if (next === undefined) {
      const inner = decodeRouteFrame(frame)
      if (inner === undefined || inner.kind === 'tunnel') return
      this.tunnels.heard(sender, [...passed].reverse())
      this.#frame(sender, inner)
      return
    }
    const { self, neighbours } = this.#transport
    // A way that comes back on itself would only cost others.
    if (passed.includes(self) || passed.length >= MAX_WAY) return
    const onward = { kind: 'tunnel', way: ahead, passed: [...passed, self], frame } as const
    const isOpen = neighbours.has(next)
    if (isOpen && this.#transport.send(next, encodeRouteFrame(onward)) === 'sent') return
    const peer = ahead.at(-1)
    const [previous] = [...passed].reverse()
    if (peer === undefined || previous === undefined || !neighbours.has(previous)) return
    const cut = encodeRouteFrame({ kind: 'cut', peer })
    const back = { kind: 'tunnel', way: [...passed].reverse(), passed: [self], frame: cut } as const
    if (decodeRouteFrame(frame)?.kind !== 'cut')
      this.#transport.send(previous, encodeRouteFrame(back))
  }

  /** A tunnel leads nowhere any more: what was given to it is given to the next best. */
  #cut(peer: PeerId): void {
    this.tunnels.cut(peer)
    this.#events.emit('cut', peer)
    if (!this.#transport.neighbours.has(peer)) this.#down(peer)
  }

  #forward(from: PeerId, frame: Forward): void {
    const { request, target, hops, backtracks, search } = frame
    if (target === this.#transport.self) {
      const isNew = this.#requests.arrive(request)
      const reply = isNew && !search ? this.#serve(frame) : NO_REPLY
      this.#send(from, { kind: 'arrived', request, hops, reply })
      return
    }
    if (this.#requests.has(request)) {
      // A loop costs no turn: each hop asks each neighbour once, so there are only so many.
      this.#send(from, { kind: 'back', request, backtracks })
      return
    }
    if (hops >= this.#hopLimit || this.#requests.isFull(from, frame)) {
      this.#send(from, { kind: 'back', request, backtracks: Math.max(0, backtracks - 1) })
      return
    }
    const remembered = this.#requests.remember(frame, from, undefined)
    if (this.#advance(remembered, backtracks) === 'sent') return
    if (search) this.#endSearch(remembered)
    else this.#giveBack(remembered, backtracks)
  }

  /** Nobody here is closer. */
  #endSearch(request: Request): void {
    const { forward, from } = request
    this.#requests.forget(request)
    if (from === undefined) return
    const reply = this.#serve(forward)
    this.#send(from, { kind: 'arrived', request: forward.request, hops: forward.hops, reply })
  }

  #serve({ origin, service, payload, hops, passed }: Forward): Uint8Array {
    const wayBack = passed && withoutLoops([...[...passed].reverse(), origin])
    return this.#services.get(service)?.({ from: origin, payload, hops, wayBack }) ?? NO_REPLY
  }

  /** What was given to a neighbour that is gone is given to the next one. */
  #down(peer: PeerId): void {
    for (const request of this.#requests.waitingFor(peer)) {
      this.#turnedBack(request, request.forward.backtracks)
    }
  }

  /** Gives the request to the best neighbour that has not had it. */
  #advance(request: Request, backtracks: number): SendResult {
    const { forward, asked, from } = request
    const { self, neighbours } = this.#transport
    const isOrigin = from === undefined
    let result: SendResult = 'gone'
    const give = (neighbour: PeerId, way: readonly PeerId[]) => {
      const links = this.#between(neighbour).length + 1
      const hops = isOrigin ? links : Math.min(255, forward.hops + links)
      const passed = forward.passed && [
        ...forward.passed,
        ...(isOrigin ? [] : [self]),
        ...this.#between(neighbour),
      ]
      const onward = { ...forward, hops, backtracks, way }
      const short = passed !== undefined && passed.length > MAX_WAY ? undefined : passed
      const sent = this.#send(neighbour, { ...onward, passed: short })
      if (sent === 'sent') asked.add(neighbour)
      else if (sent === 'congested') result = 'congested'
      return sent === 'sent'
    }
    const [next, ...ahead] = forward.way
    if (next !== undefined && !asked.has(next) && next !== from && this.#isReachable(next)) {
      if (give(next, ahead)) return 'sent'
    }
    for (const neighbour of this.#closerNeighbours(request)) if (give(neighbour, [])) return 'sent'
    const teller = forward.search ? undefined : this.#teller(forward.target)
    if (teller !== undefined && teller !== from && !asked.has(teller) && neighbours.has(teller)) {
      if (give(teller, [])) return 'sent'
    }
    return result
  }

  #isReachable(peer: PeerId): boolean {
    return this.#transport.neighbours.has(peer) || this.tunnels.way(peer) !== undefined
  }

  /** Peers that a frame to a neighbour, or to the end of a tunnel, passes on its way. */
  #between(neighbour: PeerId): readonly PeerId[] {
    if (this.#transport.neighbours.has(neighbour)) return []
    return this.tunnels.way(neighbour)?.slice(0, -1) ?? []
  }

  /** Neighbours by which the target comes closer, best first: itself, then by the closest they know. */
  #closerNeighbours({ forward, asked, from }: Request): PeerId[] {
    const { target, origin, search } = forward
    const { self, neighbours } = this.#transport
    const ownSearch = search && target === origin
    const isCloser = closerOnRing(target)
    const found: { neighbour: PeerId; reach: PeerId }[] = []
    const consider = (neighbour: PeerId, reach: () => PeerId) => {
      // One that searches itself is looking for others.
      if (neighbour === from || asked.has(neighbour) || (ownSearch && neighbour === origin)) return
      const best = reach()
      // The origin has nobody to be closer than: what it searches is its own id.
      if (isCloser(best, self) || (ownSearch && self === origin))
        found.push({ neighbour, reach: best })
    }
    for (const neighbour of neighbours) {
      consider(neighbour, () => this.#reach(neighbour, target, isCloser, ownSearch))
    }
    for (const peer of this.tunnels.peers) if (!neighbours.has(peer)) consider(peer, () => peer)
    // Being the target counts before knowing it.
    const rank = ({ neighbour }: { neighbour: PeerId }) => (neighbour === target ? 0 : 1)
    found.sort((a, b) => {
      if (rank(a) !== rank(b)) return rank(a) - rank(b)
      if (isCloser(a.reach, b.reach)) return -1
      return isCloser(b.reach, a.reach) ? 1 : 0
    })
    return found.map(({ neighbour }) => neighbour)
  }

  /** The closest to the target of a neighbour and its links. */
  #reach(
    neighbour: PeerId,
    target: PeerId,
    isCloser: (a: PeerId, b: PeerId) => boolean,
    ownSearch: boolean,
  ): PeerId {
    let best = neighbour
    for (const link of this.#neighbourhood.linksOf(neighbour)) {
      // Of one that searches itself, who is linked with it already leads nowhere new.
      if (link === this.#transport.self || (ownSearch && link === target)) continue
      if (isCloser(link, best)) best = link
    }
    return best
  }

  #turnedBack(request: Request, backtracks: number): void {
    if (backtracks === 0) this.#fail(request)
    else if (this.#advance(request, backtracks) !== 'sent') this.#giveBack(request, backtracks)
  }

  /** There is no other way from here. */
  #giveBack(request: Request, backtracks: number): void {
    const { from, forward } = request
    if (forward.search && from !== undefined) {
      this.#endSearch(request)
      return
    }
    if (from === undefined || backtracks <= 1) {
      this.#fail(request)
      return
    }
    // It stays remembered until its time is over, so that it does not come this way again.
    this.#send(from, { kind: 'back', request: forward.request, backtracks: backtracks - 1 })
  }

  #fail(request: Request): void {
    this.#requests.forget(request)
    if (request.from !== undefined) {
      this.#send(request.from, { kind: 'failed', request: request.forward.request })
    }
    request.done?.({ ok: false, code: 'NO_ROUTE' })
  }

  #answer(request: Request, frame: RouteFrame & { kind: 'arrived' | 'failed' }): void {
    if (frame.kind === 'failed') {
      this.#fail(request)
      return
    }
    this.#requests.forget(request)
    if (request.from !== undefined) this.#send(request.from, frame)
    request.done?.({ ok: true, hops: frame.hops, reply: frame.reply })
  }

  /** To a neighbour, or to a peer at the end of a tunnel. */
  #send(to: PeerId, frame: Exclude<RouteFrame, Tunnelled>): SendResult {
    const bytes = encodeRouteFrame(frame)
    const { self, neighbours } = this.#transport
    if (neighbours.has(to)) return this.#transport.send(to, bytes)
    const way = this.tunnels.way(to)
    const [first] = way ?? []
    if (way === undefined || first === undefined) return 'gone'
    const tunnelled = { kind: 'tunnel', way, passed: [self], frame: bytes } as const
    return this.#transport.send(first, encodeRouteFrame(tunnelled))
  }
}

/** A way that passes no peer twice: what lies between two visits is left out. */
function withoutLoops(way: readonly PeerId[]): PeerId[] {
  const short: PeerId[] = []
  for (const peer of way) {
    const before = short.indexOf(peer)
    if (before >= 0) short.length = before
    short.push(peer)
  }
  return short
}

const NO_REPLY = new Uint8Array(0)
