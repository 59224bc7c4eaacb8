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

/** A candidate that refused is asked again after this, ms. */
const AGAIN_MS = 1000

/** What {@link RingCandidates} go by. */
export interface RingCandidatesOptions {
  readonly self: PeerId
  readonly clock: Clock
  readonly contacts: Contacts
  readonly places: Places
  readonly unlinkable: Unlinkable
  /** Whether the ring is joined to this unlinkable peer in another way. */
  readonly isTunnelled: (peer: PeerId) => boolean
  /** Whether a link to a peer is there, on its way, or asked for. */
  readonly isPending: (peer: PeerId) => boolean
  /** Asks a peer for a link. */
  readonly ask: (peer: PeerId, why: Reason) => void
}

/**
 * The known peers that are nearer on the ring than the links there are. Up to three a side are
 * asked at once, each with a second's start, or none once all links have died; those that cannot be
 * linked with are skipped.
 */
export class RingCandidates {
  readonly #options: RingCandidatesOptions
  /** Candidates that refused. */
  readonly #refused: NotBefore
  /** Since when each has been tried in vain; of those that are tried now. */
  readonly #triedSince = new Map<PeerId, number>()
  /** When each was tried first; of those that are candidates still, though others came before them. */
  readonly #firstTried = new Map<PeerId, number>()
  #wasLinked = false

  constructor(options: RingCandidatesOptions) {
    this.#options = options
    this.#refused = new NotBefore(options.clock)
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
    const tried = new Set(sides.flatMap(({ between }) => this.#mendSide(between)))
    const candidates = new Set(sides.flatMap(({ between }) => between))
    keepOnly(this.#triedSince, tried)
    keepOnly(this.#firstTried, candidates)
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
  }

  get #sides(): readonly Side[] {
    return sidesOf(this.#options.contacts.table, this.#options.places.open)
  }

  /** @returns whom it tries, also those that were asked before or dial themselves */
  #mendSide(between: readonly PeerId[]): PeerId[] {
    const { clock, places, unlinkable, isPending, ask } = this.#options
    const now = clock.now()
    const isAlone = places.open.size === 0
    const isBereft = isAlone && this.#wasLinked
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
      const since = this.#triedSince.get(peer) ?? now
      this.#triedSince.set(peer, since)
      if (!this.#firstTried.has(peer)) this.#firstTried.set(peer, now)
      if (!isPending(peer) && this.#refused.isDue(peer) && mayAsk()) ask(peer, why)
      if (!isBereft && now - since < HEAD_START_MS) break
      // Any link is better than none: nobody is to refuse it for a nearer one.
      if (isAlone) why = 'skip'
    }
    return tried
  }
}

function keepOnly(times: Map<PeerId, number>, peers: ReadonlySet<PeerId>): void {
  for (const peer of times.keys()) if (!peers.has(peer)) times.delete(peer)
}
