import { type Random, type Transport, WireError } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import {
  encodeFrame,
  Kind,
  MAX_HOPS,
  nameOf,
  type ReplyFrame,
  type RequestFrame,
  traced,
} from './frames.ts'
import type { Path, Paths } from './paths.ts'
import { closerTo, type Spot, spot } from './spot.ts'
import type { View } from './view.ts'

/** A neighbour that left so many questions in a row without an answer is asked last. */
const SILENCES = 4

/** A question and how it goes. */
export interface Question {
  readonly place: PeerId
  readonly op: number
  readonly body: Uint8Array
  readonly plain?: boolean
  readonly any?: boolean
  readonly exact?: boolean
  readonly trace?: boolean
  /** Neighbours not to begin with, if there are others; the one it begins with is added. */
  readonly avoid?: Set<PeerId>
  /** How long an answer may take, ms. Default: as long as hops remember it. */
  readonly timeoutMs?: number
}

/** Answers questions whose way ends here. */
export interface Answering {
  /** An answer that can be given before the way ends. */
  early(request: RequestFrame): Uint8Array | undefined
  /** An answer where the way ends. @throws WireError if the question makes no sense */
  serve(request: RequestFrame, reply: (body: Uint8Array) => void): void
}

/** Options of {@link Router}. */
export interface RouterOptions {
  readonly transport: Transport
  readonly random: Random
  readonly view: View
  readonly answering: Answering
  readonly paths: Paths
  readonly pathMs: number
  readonly now: () => number
}

/**
 * Brings questions to the peer whose id is numerically closest to a place, over existing links, and
 * answers back the same way. Each hop takes the neighbour that is, or knows, the closest peer, as
 * long as that is closer than itself; where nobody is, the way ends. Distances are those of the
 * ring all the way, so every way to a place ends at the same peer once its neighbours know it.
 * Where any replica will do, the way ends at the first one instead.
 *
 * A hop that has nobody left to ask gives the question back, and the hop before asks its next.
 */
export class Router {
  readonly #options: RouterOptions
  readonly #self: Spot
  /** Questions that a neighbour did not answer since it last did. */
  readonly #silences = new Map<PeerId, number>()

  constructor(options: RouterOptions) {
    this.#options = options
    this.#self = spot(options.transport.self)
  }

  /** @param done is told the answer once, or undefined if there is none in time */
  ask(question: Question, done: (reply: ReplyFrame | undefined) => void): void {
    const { random, paths, now, pathMs, transport } = this.#options
    const { place, op, body, plain = false, any = false, exact = false } = question
    const request: RequestFrame = {
      kind: Kind.request,
      id: nameOf(random.fill(new Uint8Array(16))),
      ...{ place, plain, any, exact, op, body },
      hops: 0,
      trace: question.trace ? [] : undefined,
    }
    const path: Path = {
      request,
      from: undefined,
      asked: new Set(),
      current: undefined,
      endsAt: now() + Math.min(question.timeoutMs ?? pathMs, pathMs),
      done,
    }
    paths.add(path)
    const { avoid } = question
    // All neighbours had their turn.
    if (avoid !== undefined && [...transport.neighbours].every((id) => avoid.has(id))) avoid.clear()
    this.#advance(path, avoid)
  }

  /** A neighbour passes a question on. */
  request(from: PeerId, request: RequestFrame): void {
    const { paths, now, pathMs } = this.#options
    const path: Path = {
      request,
      from,
      asked: new Set([from]),
      current: undefined,
      endsAt: now() + pathMs,
      done: undefined,
    }
    if (request.hops >= MAX_HOPS || !paths.add(path)) this.#back(from, request.id)
    else this.#advance(path)
  }

  /** A neighbour answers. Only the one that has the question may. */
  reply(from: PeerId, frame: ReplyFrame): void {
    const path = this.#options.paths.get(frame.id)
    if (path?.current !== from) return
    this.#silences.delete(from)
    this.#finish(path, frame)
  }

  /** A neighbour did not answer a question. */
  silent(peer: PeerId): void {
    if (!this.#options.view.has(peer)) return
    this.#silences.set(peer, (this.#silences.get(peer) ?? 0) + 1)
  }

  /** A neighbour could not pass a question on. */
  back(from: PeerId, id: string): void {
    const path = this.#options.paths.get(id)
    if (path?.current === from) this.#advance(path)
  }

  /** A neighbour is gone: what it had is given to the next one. */
  down(peer: PeerId): void {
    this.#silences.delete(peer)
    for (const path of this.#options.paths.heldBy(peer)) this.#advance(path)
  }

  /** The neighbour through which a peer is reached best. */
  towards(peer: PeerId, but: PeerId | undefined): PeerId | undefined {
    const { view } = this.#options
    if (view.has(peer)) return peer
    return view.towards(closerTo(peer), false, this.#self, (id) => id !== but)
  }

  #advance(path: Path, avoid?: Set<PeerId>): void {
    const { answering, transport } = this.#options
    const { request, from, asked } = path
    path.current = undefined
    const isMine = request.exact && request.place === transport.self
    const early = isMine ? undefined : sensible(() => answering.early(request))
    if (early !== undefined) {
      this.#answer(path, early)
      return
    }
    const passed: RequestFrame = {
      ...request,
      hops: request.hops + 1,
      trace: traced(request.trace, transport.self),
    }
    const endsHere = isMine || this.#isFirstReplica(path)
    let frame: Uint8Array | undefined
    while (!endsHere) {
      const next = this.#choose(path, avoid)
      if (next === undefined) break
      asked.add(next)
      frame ??= encodeFrame(passed)
      if (transport.send(next, frame) !== 'sent') continue
      path.current = next
      avoid?.add(next)
      return
    }
    const mayEnd =
      endsHere || (!request.exact && (this.#isNew(path) || this.#isReplica(request.place)))
    const serve = () => {
      answering.serve(request, (body) => this.#answer(path, body))
      return true
    }
    if (mayEnd && sensible(serve)) return
    // It stays remembered until its time is over, so that it does not come this way again.
    const { done } = path
    path.done = undefined
    done?.(undefined)
    if (from !== undefined) this.#back(from, request.id)
  }

  /** Whether nobody was asked yet: nobody is closer. */
  #isNew({ asked, from }: Path): boolean {
    return asked.size === (from === undefined ? 0 : 1)
  }

  #isReplica(place: PeerId): boolean {
    const { view, transport } = this.#options
    return view.replicas(place).includes(transport.self)
  }

  /** Whether a way came to a replica, where any will do: behind it may be one that means harm. */
  #isFirstReplica({ request, from }: Path): boolean {
    const { any, exact, place } = request
    return any && !exact && from !== undefined && this.#isReplica(place)
  }

  #choose(path: Path, avoid: Set<PeerId> | undefined): PeerId | undefined {
    const { request, from, asked } = path
    const { view } = this.#options
    const { place, plain } = request
    // From its origin a way may begin anywhere: it comes closer with each hop behind that.
    const anywhere = from === undefined && avoid !== undefined && avoid.size > 0
    const isFree = (id: PeerId) => !asked.has(id) && !(anywhere && avoid.has(id))
    if (view.has(place) && isFree(place)) return place
    const least = anywhere ? undefined : this.#self
    const isCloser = closerTo(place)
    const answers = (id: PeerId) => isFree(id) && (this.#silences.get(id) ?? 0) < SILENCES
    const next =
      view.towards(isCloser, plain, least, answers) ?? view.towards(isCloser, plain, least, isFree)
    return next === undefined && anywhere ? this.#choose(path, undefined) : next
  }

  #answer(path: Path, body: Uint8Array): void {
    const { id, hops, trace } = path.request
    const { self } = this.#options.transport
    this.#finish(path, { kind: Kind.reply, id, hops, trace: traced(trace, self), body })
  }

  #finish(path: Path, reply: ReplyFrame | undefined): void {
    const { paths, transport } = this.#options
    if (!paths.delete(path)) return
    if (path.from === undefined) path.done?.(reply)
    // A congested hop loses the answer: its origin asks on another way.
    else if (reply !== undefined) transport.send(path.from, encodeFrame(reply))
  }

  #back(to: PeerId, id: string): void {
    this.#options.transport.send(to, encodeFrame({ kind: Kind.back, id }))
  }
}

/** What `run` gives, or undefined if it cannot make sense of what it reads. */
function sensible<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch (error) {
    if (error instanceof WireError) return undefined
    throw error
  }
}
