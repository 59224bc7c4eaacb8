import type { Clock } from '@pigeon/transport'
import { nextOnEitherSide, type PeerId } from '@pigeon/xor'
import type { Contacts } from './contacts.ts'
import type { Reason } from './messages.ts'
import type { Need } from './neighbour-frames.ts'
import { NotBefore } from './not-before.ts'
import type { Places } from './places.ts'
import { type Side, sidesOf } from './ring-view.ts'
import type { Unlinkable } from './unlinkable.ts'

/** Candidates tried at once on one side. */
const PARALLEL = 3

/** A candidate gets this long before the next one is tried as well, ms. */
const HEAD_START_MS = 1000

/** The same of a newcomer's first candidate, once it has answered: its link is on its way, ms. */
const LINKING_MS = 1500

/** A candidate that refused is asked again after this, ms. */
const AGAIN_MS = 1000

/** Whom the hub names is a newcomer that asks for itself within this, as a rule, ms. */
const NEWCOMER_MS = 2000

/** What {@link RingCandidates} go by. */
export interface RingCandidatesOptions {
  readonly self: PeerId
  readonly clock: Clock
  readonly contacts: Contacts
  readonly places: Places
  readonly unlinkable: Unlinkable
  /** Whether the ring is joined to this unlinkable peer in another way. */
  readonly isTunnelled: (peer: PeerId) => boolean
  /** Whether a peer was asked for a link and has not answered. */
  readonly isAsked: (peer: PeerId) => boolean
  /** Whether a link to a peer is there or on its way. */
  readonly isLinking: (peer: PeerId) => boolean
  /** Asks a peer for a link. */
  readonly ask: (peer: PeerId, why: Reason) => void
}

/**
 * The known peers that are nearer on the ring than the links there are. Up to three a side are
 * asked at once, each with a second's start, or none once all links have died; those that cannot be
 * linked with are skipped. A peer that never had a link asks one after the other, whichever the
 * side: with the first link it can ask the others over the mesh.
 */
export class RingCandidates {
  readonly #options: RingCandidatesOptions
  /** Candidates that refused. */
  readonly #refused: NotBefore
  /** Newcomers, who ask for themselves. */
  readonly #newcomers: NotBefore
  /** Since when each has been tried in vain; of those that are tried now. */
  readonly #triedSince = new Map<PeerId, number>()
  /** When each was tried first; of those that are candidates still, though others came before them. */
  readonly #firstTried = new Map<PeerId, number>()
  #wasLinked = false

  constructor(options: RingCandidatesOptions) {
    this.#options = options
    this.#refused = new NotBefore(options.clock)
    this.#newcomers = new NotBefore(options.clock)
  }

  /** Whether there is a candidate that is not joined in another way, or no link at all. */
  get isIncomplete(): boolean {
    const { clock, places, unlinkable, isTunnelled } = this.#options
    if (places.open.size === 0) return true
    const now = clock.now()
    return this.#sides.some(({ between }) =>
      between.some((id) => !(unlinkable.has(id, now) && isTunnelled(id))),
    )
  }

  /** Whether a peer is the nearest candidate of a side. */
  isNearest(peer: PeerId): boolean {
    return this.#sides.some(({ between }) => between[0] === peer)
  }

  /**
   * Those of the nearest candidates that have been tried in vain for `ms`, and the nearest that are
   * unlinkable: those before them may be out of reach altogether.
   */
  stranded(ms: number): PeerId[] {
    const { clock, unlinkable } = this.#options
    const now = clock.now()
    const isTriedInVain = (id: PeerId) => now - (this.#firstTried.get(id) ?? now) >= ms
    const found = this.#sides.flatMap(({ between }) => {
      const unlinked = between.find((id) => unlinkable.has(id, now))
      return [...between.slice(0, PARALLEL).filter(isTriedInVain), ...(unlinked ? [unlinked] : [])]
    })
    return [...new Set(found)]
  }

  /** What the ring needs an open link for. */
  need(peer: PeerId): Need {
    const { self, places } = this.#options
    if (!nextOnEitherSide(self, places.open).includes(peer)) return 'none'
    const side = this.#sides.find(({ linked }) => linked === peer)
    return side === undefined || side.between.length === 0 ? 'ring' : 'skip'
  }

  /** Asks those that are due. */
  mend(): void {
    const sides = this.#sides
    const isJoining = this.#options.places.open.size === 0 && !this.#wasLinked
    const tried = new Set(
      isJoining ? this.#seekFirst(sides) : sides.flatMap(({ between }) => this.#mendSide(between)),
    )
    const candidates = new Set(sides.flatMap(({ between }) => between))
    keepOnly(this.#triedSince, tried)
    keepOnly(this.#firstTried, candidates)
  }

  /** The hub named a peer that has just come. */
  named(peer: PeerId): void {
    this.#newcomers.wait(peer, NEWCOMER_MS)
  }

  /** Whether a peer is a newcomer that will ask for itself. */
  isAwaited(peer: PeerId): boolean {
    return !this.#newcomers.isDue(peer)
  }

  refused(peer: PeerId): void {
    this.#refused.wait(peer, AGAIN_MS)
  }

  linked(peer: PeerId): void {
    this.#wasLinked = true
    this.#triedSince.delete(peer)
    this.#firstTried.delete(peer)
    this.#refused.delete(peer)
  }

  forgive(): void {
    this.#refused.clear()
    this.#newcomers.clear()
  }

  get #sides(): readonly Side[] {
    return sidesOf(this.#options.contacts.table, this.#options.places.open)
  }

  /** Asks for the first link of all. @returns whom it tries */
  #seekFirst(sides: readonly Side[]): PeerId[] {
    const { clock, places, unlinkable, isAsked, isLinking, ask } = this.#options
    const now = clock.now()
    const tried: PeerId[] = []
    const nearest = new Set(sides.flatMap(({ between }) => between.slice(0, 1)))
    const candidates = [...alternately(sides.map(({ between }) => between))]
    const isTried = (peer: PeerId) => this.#triedSince.has(peer)
    // Whoever came nearer meanwhile is no reason to ask a second one.
    const inTurn = [...candidates.filter(isTried), ...candidates.filter((peer) => !isTried(peer))]
    for (const peer of inTurn) {
      if (tried.length === 2 * PARALLEL) break
      if (unlinkable.has(peer, now) || this.isAwaited(peer) || !this.#refused.isDue(peer)) continue
      tried.push(peer)
      const since = this.#try(peer)
      const isPending = isAsked(peer) || isLinking(peer)
      // Any link is better than none: only the nearest are to refuse it for a nearer one.
      if (!isPending && places.mayDial('ring')) ask(peer, nearest.has(peer) ? 'ring' : 'skip')
      if (now - since < (isLinking(peer) ? LINKING_MS : HEAD_START_MS)) break
    }
    return tried
  }

  /** @returns since when a peer has been tried */
  #try(peer: PeerId): number {
    const now = this.#options.clock.now()
    const since = this.#triedSince.get(peer) ?? now
    this.#triedSince.set(peer, since)
    if (!this.#firstTried.has(peer)) this.#firstTried.set(peer, now)
    return since
  }

  /** @returns whom it tries, also those that were asked before or dial themselves */
  #mendSide(between: readonly PeerId[]): PeerId[] {
    const { clock, places, unlinkable, isAsked, isLinking, ask } = this.#options
    const now = clock.now()
    const isBereft = places.open.size === 0
    const mayAsk = () => places.mayDial(isBereft ? 'bereft' : 'ring')
    let why: Reason = 'ring'
    const tried: PeerId[] = []
    for (const peer of between) {
      if (unlinkable.has(peer, now)) {
        why = 'skip'
        continue
      }
      if (tried.length === PARALLEL) break
      tried.push(peer)
      const since = this.#try(peer)
      const isPending = isAsked(peer) || isLinking(peer)
      const isLeftAlone = !this.#refused.isDue(peer) || (!isBereft && this.isAwaited(peer))
      if (!isPending && !isLeftAlone && mayAsk()) ask(peer, why)
      if (!isBereft && now - since < HEAD_START_MS) break
      // Any link is better than none: nobody is to refuse it for a nearer one.
      if (isBereft) why = 'skip'
    }
    return tried
  }
}

/** The first of each, then the second of each, and so on, each peer once. */
function alternately(lists: readonly (readonly PeerId[])[]): Set<PeerId> {
  const longest = Math.max(...lists.map(({ length }) => length))
  const all = new Set<PeerId>()
  for (let index = 0; index < longest; index++) {
    for (const { [index]: peer } of lists) if (peer !== undefined) all.add(peer)
  }
  return all
}

function keepOnly(times: Map<PeerId, number>, peers: ReadonlySet<PeerId>): void {
  for (const peer of times.keys()) if (!peers.has(peer)) times.delete(peer)
}
