import {
  Emitter,
  type Random,
  type SendResult,
  type Transport,
  type Unsubscribe,
} from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { Forwarding } from './forwarding.ts'
import { NextHops } from './next-hops.ts'
import { RequestMemory, type RouteResult } from './request-memory.ts'
import {
  decodeRouteFrame,
  FORWARD_BYTES,
  type Forward,
  MAX_WAY,
  REQUEST_BYTES,
  type RouteFrame,
  requestName,
} from './route-frames.ts'
import { type HopFrame, RouteLinks } from './route-links.ts'
import type { Routed, RouterEvents, RouterOptions, Routing } from './router-options.ts'
import { Services } from './services.ts'
import { Tunnels } from './tunnels.ts'

/** What is sent, and to whom. */
type Letter = Pick<Forward, 'target' | 'service' | 'payload' | 'search'>

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
  readonly #backtracks: number
  readonly #links: RouteLinks
  readonly #requests: RequestMemory
  readonly #services = new Services()
  readonly #forwarding: Forwarding
  readonly #events = new Emitter<RouterEvents>()
  readonly #subscriptions: Unsubscribe[]

  constructor(options: RouterOptions) {
    const { transport, neighbourhood, teller = () => undefined, hopLimit = 128 } = options
    const { tunnels } = this
    this.#transport = transport
    this.#random = options.random
    this.#backtracks = options.backtracks ?? 8
    this.#links = new RouteLinks(transport, tunnels)
    this.#requests = new RequestMemory(options.clock, {
      timeoutMs: options.timeoutMs ?? 10_000,
      maxRequests: options.maxRequests ?? 4096,
      maxRequestsPerLink: options.maxRequestsPerLink ?? 256,
      maxRequestBytes: options.maxRequestBytes ?? 8 * 1024 * 1024,
    })
    this.#forwarding = new Forwarding({
      links: this.#links,
      requests: this.#requests,
      nextHops: new NextHops({ transport, tunnels, neighbourhood }),
      services: this.#services,
      teller,
      hopLimit,
    })
    this.#subscriptions = [
      transport.on('frame', (from, bytes) => this.#frame(from, decodeRouteFrame(bytes))),
      transport.on('down', (peer) => this.#down(peer)),
      transport.on('drain', () => this.#events.emit('drain')),
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
    letter: Letter,
    done: (result: RouteResult) => void,
    { way = [], record = false, wide = false, backtracks = this.#backtracks }: Routing,
  ): SendResult {
    const wayBytes = (way.length + (record ? MAX_WAY : 0)) * 20
    if (letter.payload.length + wayBytes > this.maxPayloadBytes) return 'too-large'
    const forward: Forward = {
      ...letter,
      kind: 'forward',
      request: requestName(this.#random.fill(new Uint8Array(REQUEST_BYTES))),
      origin: this.self,
      hops: 1,
      wide,
      backtracks,
      way,
      passed: record ? [] : undefined,
    }
    return this.#forwarding.begin(forward, done)
  }

  #frame(from: PeerId, frame: RouteFrame | undefined): void {
    if (frame?.kind !== 'tunnel') {
      if (frame !== undefined) this.#hopFrame(from, frame)
      return
    }
    const arrived = this.#links.carry(frame)
    if (arrived !== undefined) this.#hopFrame(arrived.sender, arrived.frame)
  }

  #hopFrame(from: PeerId, frame: HopFrame): void {
    if (frame.kind === 'forward') this.#forwarding.forward(from, frame)
    else if (frame.kind !== 'cut') this.#forwarding.answered(from, frame)
    // Only who is on the way can say so.
    else if (this.tunnels.way(frame.peer)?.includes(from)) this.#cut(frame.peer)
  }

  #down(neighbour: PeerId): void {
    for (const end of this.tunnels.through(neighbour)) this.#cut(end)
    this.#forwarding.down(neighbour)
  }

  /** A tunnel leads nowhere any more: what was given to it is given to the next best. */
  #cut(peer: PeerId): void {
    this.tunnels.cut(peer)
    this.#events.emit('cut', peer)
    if (!this.#links.isLinked(peer)) this.#forwarding.down(peer)
  }
}
