import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { forgetOldest } from './oldest.ts'
import type { Forward } from './route-frames.ts'

/** A longer reply is given once, bytes. */
const MAX_KEPT_BYTES = 1024

const NOTHING: Uint8Array = new Uint8Array(0)

/** How a request ended: delivered after `hops` links and answered with `reply`, or not. */
export type RouteResult =
  | { readonly ok: true; readonly hops: number; readonly reply: Uint8Array }
  | { readonly ok: false; readonly code: 'NO_ROUTE' | 'TIMEOUT' }

/** What a hop remembers of a request until it is answered or too old. */
export interface Request {
  readonly forward: Forward
  /** The neighbour it came from; `undefined` at its origin. */
  readonly from: PeerId | undefined
  /** The neighbours it was given to, the last one last. */
  readonly asked: Set<PeerId>
  readonly cancelTimeout: () => void
  readonly done: ((result: RouteResult) => void) | undefined
}

/** Limits of a {@link RequestMemory}. */
export interface RequestLimits {
  readonly timeoutMs: number
  readonly maxRequests: number
  readonly maxRequestsPerLink: number
  readonly maxRequestBytes: number
}

/** The requests under way through one hop, bounded in number, per neighbour, in bytes and in time. */
export class RequestMemory {
  readonly #clock: Clock
  readonly #limits: RequestLimits
  readonly #requests = new Map<string, Request>()
  readonly #perLink = new Map<PeerId, number>()
  /** The replies to requests that ended here, so that one that came two ways is delivered once. */
  readonly #arrived = new Map<string, Uint8Array>()
  #bytes = 0

  constructor(clock: Clock, limits: RequestLimits) {
    this.#clock = clock
    this.#limits = limits
  }

  has(name: string): boolean {
    return this.#requests.has(name)
  }

  get(name: string): Request | undefined {
    return this.#requests.get(name)
  }

  /** The requests whose last neighbour asked was `peer`. */
  waitingFor(peer: PeerId): Request[] {
    return [...this.#requests.values()].filter(({ asked }) => [...asked].at(-1) === peer)
  }

  /** Whether a request of `from` would be one too many. */
  isFull(from: PeerId, { payload }: Forward): boolean {
    const { maxRequests, maxRequestsPerLink, maxRequestBytes } = this.#limits
    return (
      this.#requests.size >= maxRequests ||
      (this.#perLink.get(from) ?? 0) >= maxRequestsPerLink ||
      this.#bytes + payload.length > maxRequestBytes
    )
  }

  /** @param done is told of the time-out; of any other end whoever forgets the request tells it */
  remember(forward: Forward, from: PeerId | undefined, done: Request['done']): Request {
    const request: Request = {
      forward,
      from,
      asked: new Set(),
      done,
      cancelTimeout: this.#clock.after(this.#limits.timeoutMs, () => {
        this.forget(request)
        done?.({ ok: false, code: 'TIMEOUT' })
      }),
    }
    this.#requests.set(forward.request, request)
    this.#bytes += forward.payload.length
    if (from !== undefined) this.#perLink.set(from, (this.#perLink.get(from) ?? 0) + 1)
    return request
  }

  forget({ forward, from, cancelTimeout }: Request): void {
    cancelTimeout()
    if (!this.#requests.delete(forward.request)) return
    this.#bytes -= forward.payload.length
    if (from === undefined) return
    const left = (this.#perLink.get(from) ?? 1) - 1
    if (left > 0) this.#perLink.set(from, left)
    else this.#perLink.delete(from)
  }

  /**
   * A request of this name ended here.
   * @param serve makes the reply, the first time
   * @returns the reply, the same each time: the way back of an earlier one may be broken
   */
  answer(name: string, serve: () => Uint8Array): Uint8Array {
    const before = this.#arrived.get(name)
    if (before !== undefined) return before
    this.#arrived.set(name, NOTHING)
    const reply = serve()
    if (reply.length <= MAX_KEPT_BYTES) this.#arrived.set(name, reply)
    forgetOldest(this.#arrived, this.#limits.maxRequests)
    return reply
  }

  clear(): void {
    for (const { cancelTimeout } of this.#requests.values()) cancelTimeout()
    this.#requests.clear()
    this.#perLink.clear()
    this.#bytes = 0
  }
}
