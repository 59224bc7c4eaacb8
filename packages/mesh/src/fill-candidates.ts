import type { Clock, Random } from '@pigeon/transport'
import { type PeerId, randomPeerId } from '@pigeon/xor'
import type { Asks } from './asks.ts'
import type { Contacts } from './contacts.ts'
import { NotBefore } from './not-before.ts'
import type { Settings } from './settings.ts'
import type { SpareLinks } from './spare-links.ts'
import { shuffled } from './uniform.ts'
import type { Unlinkable } from './unlinkable.ts'

/** A peer that refused or did not answer is asked again after this, ms. */
const AGAIN_MS = 30_000

/** The first wait after the mesh knew no way to a peer, each further one twice as long, ms. */
const NO_WAY_MS = 1000

/** A peer that no link came to be with is left alone for this long, ms. */
const FAILED_MS = 600_000

/** A peer that let go of a link is not asked for another for this long, ms. */
const PARTED_MS = 15_000

/** With fewer places none is left to chance. */
const MIN_PLACES_FOR_CHANCE = 4

/** What {@link FillCandidates} go by. */
export interface FillCandidatesOptions {
  readonly clock: Clock
  readonly random: Random
  readonly contacts: Contacts
  readonly settings: Settings
  readonly asks: Asks
  readonly unlinkable: Unlinkable
  readonly spare: SpareLinks
  /** Whether a peer is a newcomer that will ask for itself. */
  readonly isAwaited: (peer: PeerId) => boolean
}

/** Who is to be asked, best first, and which of them chance chose. */
export interface FillChoice {
  readonly peers: ReadonlySet<PeerId>
  readonly atRandom: readonly PeerId[]
}

/**
 * Chooses peers for the places that the ring leaves free: a share at random, the rest by
 * {@link RoutingTable.wanted}.
 */
export class FillCandidates {
  readonly #options: FillCandidatesOptions
  readonly #notBefore: NotBefore

  constructor(options: FillCandidatesOptions) {
    this.#options = options
    this.#notBefore = new NotBefore(options.clock)
  }

  /** @param taken peers that have a place already */
  choose(taken: ReadonlySet<PeerId>): FillChoice {
    const { settings, contacts, random } = this.#options
    const isEligible = (id: PeerId) => !taken.has(id) && this.#isWorthATry(id)
    const atRandom = this.#atRandom(taken, isEligible)
    const rest = settings.xorRouting
      ? contacts.table.wanted(taken, settings.maxPeers, isEligible)
      : shuffled([...contacts.table.values()].filter(isEligible), random)
    return { peers: new Set([...atRandom, ...rest]), atRandom }
  }

  /** Whether more than half of the dials would follow the advice of one neighbour. */
  followsTooMuch(peer: PeerId): boolean {
    const { contacts, settings, asks } = this.#options
    const teller = contacts.tellerOf(peer)
    if (teller === undefined) return false
    let same = 0
    for (const [asked, { why }] of asks.asked) {
      if (why === 'fill' && contacts.tellerOf(asked) === teller) same++
    }
    return same >= Math.max(1, Math.floor(settings.maxDials / 2))
  }

  /** It refused, or did not answer. */
  refused(peer: PeerId): void {
    this.#notBefore.wait(peer, AGAIN_MS)
  }

  /** There was no way to it. @param attempts how often it has been asked */
  lost(peer: PeerId, attempts: number): void {
    this.#notBefore.wait(peer, Math.min(AGAIN_MS, NO_WAY_MS * 2 ** (attempts - 1)))
  }

  /** It agreed, and no link came to be. */
  failed(peer: PeerId): void {
    this.#notBefore.wait(peer, FAILED_MS)
  }

  /** One side let go of the link. */
  parted(peer: PeerId): void {
    this.#notBefore.wait(peer, PARTED_MS)
  }

  linked(peer: PeerId): void {
    this.#notBefore.delete(peer)
  }

  forgive(): void {
    this.#notBefore.clear()
  }

  #isWorthATry(id: PeerId): boolean {
    const { clock, contacts, unlinkable, isAwaited } = this.#options
    const isBarred = !this.#notBefore.isDue(id) || unlinkable.has(id, clock.now())
    return !isBarred && !isAwaited(id) && contacts.get(id)?.free !== 0
  }

  /** A quarter of the places, less those that have been filled so: nearest to random points. */
  #atRandom(taken: ReadonlySet<PeerId>, isEligible: (id: PeerId) => boolean): PeerId[] {
    const { settings, contacts, random, spare } = this.#options
    if (settings.maxPeers < MIN_PLACES_FOR_CHANCE) return []
    const have = [...taken].filter((id) => spare.isChosenAtRandom(id)).length
    const want = Math.max(1, Math.floor(settings.maxPeers / 4)) - have
    const picked: PeerId[] = []
    for (let tries = 0; tries < want * 4 && picked.length < want; tries++) {
      const near = contacts.table.ring(8, randomPeerId(random))
      const found = [...near.successors, ...near.predecessors].find(
        (id) => isEligible(id) && !picked.includes(id),
      )
      if (found !== undefined) picked.push(found)
    }
    return picked
  }
}
