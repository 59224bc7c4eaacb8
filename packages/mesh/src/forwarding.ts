import type { SendResult } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { NextHops } from './next-hops.ts'
import type { Request, RequestMemory, RouteResult } from './request-memory.ts'
import { type Forward, MAX_WAY } from './route-frames.ts'
import type { HopFrame, RouteLinks } from './route-links.ts'
import { NO_REPLY, type Services } from './services.ts'

/** What {@link Forwarding} goes by. */
export interface ForwardingOptions {
  readonly links: RouteLinks
  readonly requests: RequestMemory
  readonly nextHops: NextHops
  readonly services: Services
  /** The neighbour that told of a peer. */
  readonly teller: (peer: PeerId) => PeerId | undefined
  /** Links a request may pass. */
  readonly hopLimit: number
}

/**
 * Passes requests on, hop by hop, until each is answered: to the best neighbour that has not had
 * it; where there is none, back to the hop before, which tries its next best.
 */
export class Forwarding {
  readonly #options: ForwardingOptions

  constructor(options: ForwardingOptions) {
    this.#options = options
  }

  /** A request of this peer. @param done is told the end once, if this returns `sent` */
  begin(forward: Forward, done: (result: RouteResult) => void): SendResult {
    const { requests } = this.#options
    const request = requests.remember(forward, undefined, done)
    const result = this.#advance(request, forward.backtracks)
    if (result !== 'sent') requests.forget(request)
    return result
  }

  /** A request of another peer. */
  forward(from: PeerId, frame: Forward): void {
    const { links, requests, hopLimit } = this.#options
    const { request, target, hops, backtracks } = frame
    if (target === links.self) {
      this.#arrive(from, frame)
    } else if (requests.has(request)) {
      // A loop costs no turn: each hop asks each neighbour once, so there are only so many.
      links.send(from, { kind: 'back', request, backtracks })
    } else if (hops >= hopLimit || requests.isFull(from, frame)) {
      links.send(from, { kind: 'back', request, backtracks: Math.max(0, backtracks - 1) })
    } else {
      const remembered = requests.remember(frame, from, undefined)
      if (this.#advance(remembered, backtracks) !== 'sent') this.#turn(remembered, backtracks)
    }
  }

  /** A neighbour speaks of a request that it was given. */
  answered(from: PeerId, frame: HopFrame & { kind: 'back' | 'arrived' | 'failed' }): void {
    const { links, requests } = this.#options
    const request = requests.get(frame.request)
    // Only a neighbour that was given the request may speak of it.
    if (request === undefined || !request.asked.has(from)) return
    if (frame.kind === 'back') {
      this.#cameBack(request, frame.backtracks)
    } else if (frame.kind === 'failed') {
      this.#fail(request)
    } else {
      requests.forget(request)
      if (request.from !== undefined) links.send(request.from, frame)
      request.done?.({ ok: true, hops: frame.hops, reply: frame.reply })
    }
  }

  /** A neighbour is gone: what was given to it is given to the next one. */
  down(peer: PeerId): void {
    for (const request of this.#options.requests.waitingFor(peer)) {
      this.#cameBack(request, request.forward.backtracks)
    }
  }

  #arrive(from: PeerId, frame: Forward): void {
    const { links, requests, services } = this.#options
    const { request, hops, search } = frame
    const reply = requests.answer(request, () => (search ? NO_REPLY : services.serve(frame)))
    links.send(from, { kind: 'arrived', request, hops, reply })
  }

  /** Gives the request to the best neighbour that has not had it. */
  #advance(request: Request, backtracks: number): SendResult {
    let result: SendResult = 'gone'
    for (const [neighbour, way] of this.#choices(request)) {
      const sent = this.#give(request, neighbour, way, backtracks)
      if (sent === 'sent') return sent
      if (sent === 'congested') result = sent
    }
    return result
  }

  /** To whom a request may be given, with the way from there on: chosen one by one, as needed. */
  *#choices(request: Request): Iterable<[neighbour: PeerId, way: readonly PeerId[]]> {
    const { links, nextHops, teller } = this.#options
    const { forward, asked, from } = request
    const isNew = (peer: PeerId | undefined): peer is PeerId =>
      peer !== undefined && peer !== from && !asked.has(peer)
    const [next, ...ahead] = forward.way
    if (isNew(next) && links.isReachable(next)) yield [next, ahead]
    for (const neighbour of nextHops.closer(request)) yield [neighbour, []]
    const told = forward.search ? undefined : teller(forward.target)
    if (isNew(told) && links.isLinked(told)) yield [told, []]
  }

  #give(
    { forward, asked, from }: Request,
    neighbour: PeerId,
    way: readonly PeerId[],
    backtracks: number,
  ): SendResult {
    const { links } = this.#options
    const between = links.between(neighbour)
    const isOrigin = from === undefined
    const hops = isOrigin ? between.length + 1 : Math.min(255, forward.hops + between.length + 1)
    const before = isOrigin ? forward.passed : forward.passed && [...forward.passed, links.self]
    const all = before && [...before, ...between]
    const passed = all !== undefined && all.length > MAX_WAY ? undefined : all
    const sent = links.send(neighbour, { ...forward, hops, backtracks, way, passed })
    if (sent === 'sent') asked.add(neighbour)
    return sent
  }

  #cameBack(request: Request, backtracks: number): void {
    if (backtracks === 0) this.#fail(request)
    else if (this.#advance(request, backtracks) !== 'sent') this.#turn(request, backtracks)
  }

  /** There is no other way from here: a search has found its end, anything else turns back. */
  #turn(request: Request, backtracks: number): void {
    const { from, forward } = request
    if (from === undefined) {
      this.#fail(request)
    } else if (forward.search) {
      this.#endSearch(request, from)
    } else if (backtracks <= 1) {
      this.#fail(request)
    } else {
      // It stays remembered until its time is over, so that it does not come this way again.
      const { links } = this.#options
      links.send(from, { kind: 'back', request: forward.request, backtracks: backtracks - 1 })
    }
  }

  /** Nobody here is closer to what is searched. */
  #endSearch(request: Request, from: PeerId): void {
    const { links, requests, services } = this.#options
    const { request: name, hops } = request.forward
    requests.forget(request)
    const reply = services.serve(request.forward)
    links.send(from, { kind: 'arrived', request: name, hops, reply })
  }

  #fail(request: Request): void {
    const { links, requests } = this.#options
    requests.forget(request)
    if (request.from !== undefined) {
      links.send(request.from, { kind: 'failed', request: request.forward.request })
    }
    request.done?.({ ok: false, code: 'NO_ROUTE' })
  }
}
