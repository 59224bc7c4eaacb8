import {
  type Clock,
  Emitter,
  type Random,
  type SendResult,
  type Transport,
  type Unsubscribe,
} from '@pigeon/transport'
import { type PeerId, predecessors, ringDistance, successors } from '@pigeon/xor'
import type { Neighbourhood } from './neighbourhood.ts'
import { type Request, RequestMemory, type RouteResult } from './request-memory.ts'
import {
  decodeRouteFrame,
  encodeRouteFrame,
  FORWARD_BYTES,
  type Forward,
  MAX_FOUND,
  REQUEST_BYTES,
  type RouteFrame,
  requestName,
} from './route-frames.ts'

/** Options of {@link Router}. */
export interface RouterOptions {
  transport: Transport
  clock: Clock
  random: Random
  /** What the neighbours say of their links. */
  neighbourhood: Neighbourhood
  /** Further peers that are known, to tell those that search. Default: none. */
  known?: () => Iterable<PeerId>
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

/** What happens on a {@link Router}. */
export interface RouterEvents {
  message: (event: {
    /** Who sent it; a claim of the neighbour that brought it. */
    from: PeerId
    service: number
    payload: Uint8Array
    hops: number
  }) => void
  /** A search ended here: this peer knows nobody closer to the one that searches. */
  searched: (origin: PeerId) => void
  /** A neighbour takes frames again. */
  drain: () => void
}

/**
 * Brings messages to any peer of the network over existing links: each hop passes them to the
 * neighbour that is, or is linked with, the peer numerically closest to the target, and that is
 * closer than itself. The answer goes back the same way. Where nobody is closer, the request turns
 * back and the hop before tries its next best neighbour.
 *
 * With a whole ring there is always somebody closer. Wire format, protocol `pigeon/route/1`:
 * see `route-frames.ts`.
 */
export class Router {
  readonly #transport: Transport
  readonly #random: Random
  readonly #neighbourhood: Neighbourhood
  readonly #known: () => Iterable<PeerId>
  readonly #hopLimit: number
  readonly #backtracks: number
  readonly #requests: RequestMemory
  readonly #events = new Emitter<RouterEvents>()
  readonly #subscriptions: Unsubscribe[]

  constructor(options: RouterOptions) {
    this.#transport = options.transport
    this.#random = options.random
    this.#neighbourhood = options.neighbourhood
    this.#known = options.known ?? (() => [])
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
      this.#transport.on('down', (peer) => this.#down(peer)),
      this.#transport.on('drain', () => this.#events.emit('drain')),
    ]
  }

  /** The largest payload, bytes. */
  get maxPayloadBytes(): number {
    return this.#transport.maxFrameBytes - FORWARD_BYTES
  }

  on<E extends keyof RouterEvents>(event: E, listener: RouterEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
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
  ): SendResult {
    if (payload.length > this.maxPayloadBytes) return 'too-large'
    const forward = this.#create(target, service, payload)
    const request = this.#requests.remember(forward, undefined, done)
    const result = this.#advance(request, forward.backtracks)
    if (result !== 'sent') this.#requests.forget(request)
    return result
  }

  /**
   * Searches the ids next to this peer on the ring: the request walks from `via` to the peer that
   * is closest to this one, which tells the ids it knows on either side.
   * @param done is told the end once, if this returns `sent`
   */
  search(via: PeerId, done: (result: RouteResult) => void): SendResult {
    const forward = this.#create(this.#transport.self, 0, new Uint8Array(0))
    const request = this.#requests.remember(forward, undefined, done)
    const result = this.#send(via, forward)
    if (result === 'sent') request.asked.add(via)
    else this.#requests.forget(request)
    return result
  }

  close(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe()
    this.#requests.clear()
    this.#events.clear()
  }

  #create(target: PeerId, service: number, payload: Uint8Array): Forward {
    const request = requestName(this.#random.fill(new Uint8Array(REQUEST_BYTES)))
    const origin = this.#transport.self
    const backtracks = this.#backtracks
    return { kind: 'forward', request, origin, target, hops: 1, backtracks, service, payload }
  }

  #frame(from: PeerId, frame: RouteFrame | undefined): void {
    if (frame === undefined) return
    if (frame.kind === 'forward') {
      this.#forward(from, frame)
      return
    }
    const request = this.#requests.get(frame.request)
    // Only a neighbour that was given the request may speak of it.
    if (request === undefined || !request.asked.has(from)) return
    if (frame.kind === 'back') this.#turnedBack(request, frame.backtracks)
    else this.#answer(request, frame)
  }

  #forward(from: PeerId, frame: Forward): void {
    const { request, target, hops, backtracks } = frame
    if (target === this.#transport.self) {
      this.#send(from, { kind: 'arrived', request, hops, found: [] })
      this.#deliver(frame)
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
    if (isSearch(frame)) this.#endSearch(remembered)
    else this.#giveBack(remembered, backtracks)
  }

  /** Nobody here is closer to the one that searches. */
  #endSearch(request: Request): void {
    const { forward, from } = request
    const { origin, hops } = forward
    const { self, neighbours } = this.#transport
    const known = new Set<PeerId>([self, ...neighbours, ...this.#known()])
    for (const neighbour of neighbours) {
      for (const link of this.#neighbourhood.linksOf(neighbour)) known.add(link)
    }
    known.delete(origin)
    const each = MAX_FOUND / 4
    const found = [...successors(origin, known, each), ...predecessors(origin, known, each)]
    this.#requests.forget(request)
    const frame = { kind: 'arrived', request: forward.request, hops, found } as const
    if (from !== undefined) this.#send(from, frame)
    this.#events.emit('searched', origin)
  }

  #deliver({ request, origin, service, payload, hops }: Forward): void {
    if (!this.#requests.arrive(request)) return
    this.#events.emit('message', { from: origin, service, payload, hops })
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
    const hops = from === undefined ? 1 : forward.hops + 1
    let result: SendResult = 'gone'
    for (const neighbour of this.#closerNeighbours(request)) {
      const sent = this.#send(neighbour, { ...forward, hops, backtracks })
      if (sent === 'sent') {
        asked.add(neighbour)
        return 'sent'
      }
      if (sent === 'congested') result = 'congested'
    }
    return result
  }

  /** Neighbours by which the target comes closer, best first: itself, then by the closest they know. */
  #closerNeighbours({ forward, asked, from }: Request): PeerId[] {
    const { target, origin } = forward
    const own = ringDistance(this.#transport.self, target)
    return (
      [...this.#transport.neighbours]
        // One that searches itself is looking for others.
        .filter((neighbour) => neighbour !== from && neighbour !== origin && !asked.has(neighbour))
        .map((neighbour) => ({
          neighbour,
          distance: this.#reach(neighbour, target, isSearch(forward)),
        }))
        .filter(({ distance }) => distance < own)
        .sort((a, b) => (a.distance < b.distance ? -1 : 1))
        .map(({ neighbour }) => neighbour)
    )
  }

  /** How close to the target a neighbour or one of its links is; being it counts before knowing it. */
  #reach(neighbour: PeerId, target: PeerId, search: boolean): bigint {
    let best = ringDistance(neighbour, target)
    if (best === 0n) return -1n
    for (const link of this.#neighbourhood.linksOf(neighbour)) {
      // Of one that searches itself, who is linked with it already leads nowhere new.
      if (link === this.#transport.self || (search && link === target)) continue
      const distance = ringDistance(link, target)
      if (distance < best) best = distance
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
    request.done?.({ ok: true, hops: frame.hops, found: frame.found })
  }

  #send(to: PeerId, frame: RouteFrame): SendResult {
    return this.#transport.send(to, encodeRouteFrame(frame))
  }
}

/** A request for its own origin ends at the peer closest to it. */
function isSearch({ origin, target }: Forward): boolean {
  return origin === target
}
