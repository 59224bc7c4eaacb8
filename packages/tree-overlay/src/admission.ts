import type { CloseReason } from '@pigeon/transport'
import { when } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Core } from './core.ts'
import { decodeJoin, type JoinRequest, MAX_HOPS, passOn, Why } from './join-request.ts'
import { Nack } from './letters.ts'
import { Neighbour } from './neighbour.ts'
import { place } from './placement.ts'
import type { Places } from './places.ts'
import { RouteCache } from './route-cache.ts'
import type { Candidate, Slot } from './slot.ts'
import type { AttemptListener, TreeLink, TreeLinks } from './tree-links.ts'
import type { Vacancy } from './vacancy.ts'

/** When to ask again who asked at a bad moment, ms. */
const RETRY_MS = 250

/** A handshake that takes longer than this, ms, holds up nobody else. */
const LATE_MS = 1000

/** How long an orphan may be ahead of the order that makes this node its parent, ms, and how many. */
const AHEAD_MS = 100
const AHEAD_LIMIT = 64

/** How often a handshake is given more time for each step it takes. */
const MAX_STEPS = 3

/** What {@link Admission} needs of the other parts. */
export interface AdmissionWorld {
  readonly relays: TreeLinks
  /** The place of a dead child that this node was asked to take in its owner's order. */
  vacancy(dead: PeerId, generation: number): { slot: Slot; vacancy: Vacancy } | undefined
  /** The handshake of who was to take a vacancy failed. */
  vacancyFailed(vacancy: Vacancy): void
  /** Whether this node was told to take the place of `dead`, whose child asks. */
  heir(dead: PeerId, generation: number): boolean
  /** A child of that id lost its link on its side. */
  lost(child: Neighbour): void
  /** A new child. */
  connected(slot: Slot, link: TreeLink, join: JoinRequest): void
}

/** Takes requests to join: makes candidates of those there is a place for, and passes on the rest. */
export class Admission {
  /** Requests that were stored, given up since there was no room for them, and refused. */
  readonly counts = { accepted: 0, passed: 0, stored: 0, dropped: 0, refused: 0 }
  readonly #core: Core
  readonly #places: Places
  readonly #world: AdmissionWorld
  readonly #routes: RouteCache
  #candidates: Map<number, Slot> | undefined
  #stored = 0
  #ahead = 0

  constructor(core: Core, places: Places, world: AdmissionWorld) {
    this.#core = core
    this.#places = places
    this.#world = world
    const { routeCache, routeCacheMs } = core.limits
    this.#routes = new RouteCache(core.clock, routeCache, routeCacheMs)
  }

  /** Requests that wait for a child. */
  get stored(): number {
    return this.#stored
  }

  /**
   * Takes a request.
   * @param from who brought it as a letter; `undefined` if it came down the tree
   * @throws WireError if it makes no sense
   */
  request(bytes: Uint8Array, from: PeerId | undefined): void {
    const core = this.#core
    const join = decodeJoin(bytes, core.limits.offerBytes)
    if (from === undefined) core.seen += join.nodes
    else if (join.origin !== from) {
      core.rejected++
      return
    }
    const { origin, hops, why, dead, generation } = join
    if (origin === core.self || this.#candidates?.has(join.id)) return
    if (hops >= MAX_HOPS) {
      core.rejected++
      return
    }
    if (why === Why.promote && dead !== undefined) {
      const place = this.#world.vacancy(dead, generation)
      if (place !== undefined) {
        this.#admit(join, () => this.#begin(place.slot, join))
        return
      }
    }
    // What its heir had no place for itself comes down the tree, and anybody may take it.
    if (from !== undefined && why === Why.move && dead !== undefined && dead !== core.self) {
      if (!this.#world.heir(dead, generation)) {
        this.#wait(join, bytes)
        return
      }
    } else if (!core.isSeated) {
      this.#nack(join, Nack.busy)
      return
    }
    this.#taken(join, bytes)
  }

  /** The order may come right behind the orphan that already knows of it. */
  #wait(join: JoinRequest, bytes: Uint8Array): void {
    const { clock } = this.#core
    if (this.#ahead >= AHEAD_LIMIT) {
      this.#nack(join, Nack.busy)
      return
    }
    this.#ahead++
    clock.after(AHEAD_MS, () => {
      this.#ahead--
      if (this.#core.closed || this.#candidates?.has(join.id)) return
      const isHeir = this.#world.heir(join.dead as PeerId, join.generation)
      if (isHeir) this.#taken(join, bytes)
      else this.#nack(join, Nack.busy)
    })
  }

  #taken(join: JoinRequest, bytes: Uint8Array): void {
    const { origin } = join
    const former = this.#places.children.get(origin)
    if (former !== undefined) this.#world.lost(former)
    this.#place(join, bytes)
  }

  /** More signals of a candidate. */
  signal(from: PeerId, id: number, bytes: Uint8Array): void {
    const candidate = this.#candidates?.get(id)?.candidate
    if (candidate?.join.origin === from) candidate.attempt?.signal(from, bytes)
  }

  /** A candidate waits no more. */
  withdrawn(from: PeerId, id: number): void {
    const slot = this.#candidates?.get(id)
    if (slot?.candidate?.join.origin === from) this.#failed(slot, slot.candidate)
  }

  /** There is a child in the slot that takes requests now. */
  flush(slot: Slot): void {
    const { child } = slot
    while (child !== undefined && slot.stored.length > 0) {
      const bytes = slot.stored[0] as Uint8Array
      if (child.sendFrame(bytes) === 'congested') return
      const nodes = this.#unstore(slot)
      child.passed += nodes
    }
  }

  /** The slot leads nowhere any more: what waits there is placed anew. */
  empty(slot: Slot): void {
    const { stored } = slot
    slot.stored = []
    slot.storedNodes = 0
    this.#stored -= stored.length
    for (const bytes of stored) this.#place(decodeJoin(bytes, this.#core.limits.offerBytes), bytes)
  }

  close(): void {
    for (const { candidate } of this.#candidates?.values() ?? []) candidate?.attempt?.cancel()
    this.#candidates = undefined
  }

  #place(join: JoinRequest, bytes: Uint8Array): void {
    const { self } = this.#core
    const slot =
      join.tried.includes(self) || this.#tooManyRelayed(join) ? undefined : this.#places.take()
    if (slot === undefined) this.#delegate(join, bytes)
    else this.#admit(join, () => this.#retake(slot, join, bytes))
  }

  /** The ticket was looked at meanwhile, and the place may be gone. */
  #retake(slot: Slot, join: JoinRequest, bytes: Uint8Array): void {
    if (slot.isFree) this.#begin(slot, join)
    else this.#place(join, bytes)
  }

  #tooManyRelayed({ relayed }: JoinRequest): boolean {
    if (!relayed) return false
    const { relay = true } = this.#core.options
    const count = this.#places.slots.filter(
      ({ child, candidate }) => child?.relayed || candidate?.join.relayed,
    ).length
    return !relay || count >= this.#core.limits.relayedChildren
  }

  #admit(join: JoinRequest, then: () => void): void {
    const { admit } = this.#core.options
    if (admit === undefined) {
      then()
      return
    }
    when(
      () => admit(join.ticket, join.origin),
      (allowed) => {
        if (this.#core.closed) return
        if (allowed) then()
        else this.#nack(join, Nack.refused)
      },
    )
  }

  #delegate(join: JoinRequest, bytes: Uint8Array): void {
    const core = this.#core
    const { origin, tried, nodes } = join
    const all = this.#places.slots.filter((slot) => slot.leads)
    const untried = all.filter(({ child }) => child === undefined || !tried.includes(child.peer))
    const ways = untried.length > 0 ? untried : all
    if (ways.length === 0) {
      this.#nack(join, Nack.busy)
      return
    }
    const known = tried.length === 0 ? this.#routes.get(origin) : undefined
    const placement = core.options.placement ?? 'pack'
    const slot =
      ways.find(({ number }) => number === known) ??
      place(
        placement,
        ways.map((way) => ({ slot: way.number, estimate: way.estimate, way })),
        core.degree,
        origin,
        core.self,
      ).way
    this.#routes.set(origin, slot.number)
    const { child } = slot
    const frame = passOn(bytes, join.hops + 1)
    if (child !== undefined && slot.stored.length === 0 && child.sendFrame(frame) !== 'congested') {
      child.passed += nodes
      this.counts.passed++
    } else if (this.#stored < core.limits.storedRequests) {
      this.#stored++
      this.counts.stored++
      slot.stored.push(frame)
      slot.storedNodes += nodes
    } else {
      this.counts.dropped++
      this.#nack(join, Nack.busy)
    }
  }

  #unstore(slot: Slot): number {
    const { nodes } = decodeJoin(slot.stored.shift() as Uint8Array, this.#core.limits.offerBytes)
    this.#stored--
    slot.storedNodes -= nodes
    return nodes
  }

  #begin(slot: Slot, join: JoinRequest): void {
    const core = this.#core
    const { origin, id, relayed, offer } = join
    const candidate: Candidate = { join, attempt: undefined, isLate: false, steps: 0 }
    slot.candidate = candidate
    this.#candidates ??= new Map()
    this.#candidates.set(id, slot)
    this.counts.accepted++
    let answered = false
    const listener: AttemptListener = {
      signal: (bytes) => {
        core.letter(origin, { kind: answered ? 'signal' : 'answer', id, bytes })
        answered = true
      },
      progress: () => {
        if (slot.candidate !== candidate || ++candidate.steps > MAX_STEPS) return
        if (candidate.isLate) this.#expect(slot, candidate, core.limits.candidateTimeoutMs)
      },
      open: (link) => this.#opened(slot, candidate, link),
      failed: (_reason: CloseReason) => this.#failed(slot, candidate),
    }
    const lateMs = Math.min(LATE_MS, core.limits.candidateTimeoutMs)
    core.timers.set(candidate, lateMs, () => {
      candidate.isLate = true
      this.#expect(slot, candidate, core.limits.candidateTimeoutMs - lateMs)
      this.empty(slot)
    })
    const links = relayed ? this.#world.relays : core.options.links
    const attempt = links.accept(origin, offer, listener)
    candidate.attempt = attempt
  }

  /** Gives a handshake that is under way its time. */
  #expect(slot: Slot, candidate: Candidate, ms: number): void {
    const core = this.#core
    core.timers.set(candidate, core.patient(ms), () => this.#failed(slot, candidate))
  }

  #opened(slot: Slot, candidate: Candidate, link: TreeLink): void {
    if (slot.candidate !== candidate || this.#core.closed) {
      void link.close()
      return
    }
    this.#forget(slot, candidate)
    this.#world.connected(slot, link, candidate.join)
    this.flush(slot)
  }

  #failed(slot: Slot, candidate: Candidate): void {
    if (slot.candidate !== candidate) return
    this.#forget(slot, candidate)
    candidate.attempt?.cancel()
    if (this.#core.closed) return
    const { vacancy } = slot
    if (vacancy !== undefined) this.#world.vacancyFailed(vacancy)
    this.empty(slot)
  }

  #forget(slot: Slot, candidate: Candidate): void {
    slot.candidate = undefined
    this.#candidates?.delete(candidate.join.id)
    this.#core.timers.stop(candidate)
  }

  #nack({ id, origin }: JoinRequest, reason: number): void {
    if (reason === Nack.refused) this.counts.refused++
    this.#core.letter(origin, { kind: 'nack', id, reason, retryMs: RETRY_MS })
  }
}

/** A child that came through a request. */
export function childOf(
  core: Core,
  link: TreeLink,
  join: JoinRequest,
  world: ConstructorParameters<typeof Neighbour>[1],
): Neighbour {
  const { origin: peer, relayed, nodes } = join
  const child = new Neighbour({ peer, link, isParent: false, relayed, now: core.now() }, world)
  child.passed = nodes - 1 // until it says so itself
  return child
}
