import type { Clock, Random } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { Admission } from './admission.ts'
import { Asks } from './asks.ts'
import type { Card } from './cards.ts'
import type { Contacts } from './contacts.ts'
import { DialPatience } from './dial-patience.ts'
import { FillCandidates } from './fill-candidates.ts'
import { FillPause } from './fill-pause.ts'
import type { LinkTable } from './link-table.ts'
import type { MeshMessage, Reason } from './messages.ts'
import { forgetOldest } from './oldest.ts'
import { Places } from './places.ts'
import { RingCandidates } from './ring-candidates.ts'
import type { Settings } from './settings.ts'
import { SpareLinks } from './spare-links.ts'
import { Unlinkable } from './unlinkable.ts'

/**
 * For so long after its first link a peer settles: it looks for its place on the ring over the mesh
 * alone, and then for other places, ms.
 */
const SETTLE_MS = 1000

/** Peers whose questions are counted. */
const MAX_COUNTED = 1000

/** What a {@link Linker} goes by. */
export interface LinkerOptions {
  readonly self: PeerId
  readonly clock: Clock
  readonly random: Random
  readonly contacts: Contacts
  readonly table: LinkTable
  readonly settings: Settings
  /** Brings a message to a peer. */
  readonly send: (to: PeerId, message: MeshMessage, spareHub?: boolean) => void
  /** The next ones on the ring, for whoever is asked or asks. */
  readonly fours: () => readonly Card[]
  /** Whether the ring is joined to this unlinkable peer in another way. */
  readonly isTunnelled: (peer: PeerId) => boolean
  /** A place is free, and nobody is known who would take it. */
  readonly wanting: () => void
}

/**
 * Asks for links, dials whoever agrees, and answers those that ask: first for the ring
 * ({@link RingCandidates}), then for the other places ({@link FillCandidates}).
 */
export class Linker {
  readonly asks: Asks
  readonly places: Places
  readonly unlinkable: Unlinkable = new Unlinkable()
  readonly ring: RingCandidates
  readonly spare: SpareLinks
  readonly #options: LinkerOptions
  readonly #fill: FillCandidates
  readonly #fillPause: FillPause
  readonly #admission: Admission
  readonly #patience: DialPatience
  /** Why a link that is being made is wanted, by whichever side wants it. */
  readonly #reasons = new Map<PeerId, Reason>()
  /** Questions since the last link. */
  readonly #attempts = new Map<PeerId, number>()
  /** When this peer has had its first link for a while. */
  #settledAt = Number.POSITIVE_INFINITY
  #closed = false

  constructor(options: LinkerOptions) {
    const { self, clock, random, contacts, table, settings, isTunnelled } = options
    const { unlinkable } = this
    const asks = new Asks(clock)
    const places = new Places({ table, asks, settings })
    const spare = new SpareLinks({ self, contacts, places })
    this.#options = options
    this.asks = asks
    this.places = places
    this.spare = spare
    this.ring = new RingCandidates({
      ...{ self, clock, contacts, places, unlinkable, isTunnelled },
      isAsked: (peer) => asks.asked.has(peer),
      isLinking: (peer) => table.has(peer),
      ask: (peer, why) => this.ask(peer, why),
    })
    const world = { clock, random, contacts, settings }
    const isAwaited = (peer: PeerId) => this.ring.isAwaited(peer)
    this.#fill = new FillCandidates({ ...world, asks, unlinkable, spare, isAwaited })
    this.#fillPause = new FillPause(clock)
    this.#admission = new Admission({ self, clock, settings, places })
    this.#patience = new DialPatience(clock)
  }

  /** How often a peer was asked since the last link. */
  attempts(peer: PeerId): number {
    return this.#attempts.get(peer) ?? 0
  }

  /** Asks those on the ring that are nearer than the links there are. */
  mendRing(): void {
    if (this.#closed || !this.#options.settings.autoDiscovery) return
    this.ring.mend()
  }

  /** Asks for the links that there is room for, once the ring is whole or has had its time. */
  fill(): void {
    const { settings, wanting } = this.#options
    if (this.#closed || !settings.autoDiscovery || !this.#fillPause.isOver) return
    if (this.#isSettling && this.ring.isIncomplete) return
    const { taken } = this.places
    let room = settings.maxPeers - taken.size
    if (room <= 0) return
    const { peers, atRandom } = this.#fill.choose(taken)
    let asked = 0
    for (const peer of peers) {
      if (room === 0 || !this.places.mayDial('fill')) return
      if (this.#fill.followsTooMuch(peer)) continue
      if (atRandom.includes(peer)) this.spare.choseAtRandom(peer)
      this.ask(peer, 'fill')
      asked++
      room--
    }
    if (asked === 0 && room > 0) wanting()
  }

  /** Asks a peer for a link, unless there is one or it has been asked. */
  ask(peer: PeerId, why: Reason): void {
    const { table, send, fours } = this.#options
    if (this.#closed || table.has(peer) || this.asks.asked.has(peer)) return
    this.#reasons.set(peer, why)
    this.#attempts.set(peer, this.attempts(peer) + 1)
    forgetOldest(this.#attempts, MAX_COUNTED)
    this.asks.ask(peer, why, () => this.#unanswered(peer, why))
    const isSpare = why === 'fill' || (why === 'ring' && this.#isSettling)
    send(peer, { kind: 'ask', why, cards: fours() }, isSpare)
  }

  /**
   * Somebody asks for a link: who agrees dials, since an offer says yes as well.
   * @returns the answer; none if an offer is on its way, or this side's own question stands
   */
  asked(from: PeerId, why: Reason): 'ok' | 'no' | undefined {
    const { self, table } = this.#options
    // Both ask at once: the question of the larger id stands.
    if (this.asks.asked.has(from) && self > from) return undefined
    this.asks.answered(from)
    if (!this.#admission.admits(from, why)) return 'no'
    this.#reasons.set(from, why)
    if (!table.has(from)) {
      this.#dial(from, false)
      return undefined
    }
    // Its end of the link there is may be gone: then it dials another one.
    this.asks.promise(from, why, () => this.#reasons.delete(from))
    return 'ok'
  }

  /**
   * Whether an offer of `from` may become a link: it was asked for, a place was promised, or there
   * is room.
   */
  accepts(from: PeerId): 'wanted' | 'yes' | 'no' {
    if (this.asks.redeem(from) !== undefined) return 'yes'
    if (this.asks.answered(from) !== undefined) {
      this.#waitFor(from)
      return 'wanted'
    }
    return this.#admission.admits(from, 'fill') ? 'yes' : 'no'
  }

  /** A question was answered. */
  answered(from: PeerId, ok: boolean): void {
    const why = this.asks.answered(from)
    if (why === undefined) return
    if (ok) this.#dial(from, true)
    else this.#refused(from, why)
  }

  /** A message could not be brought to a peer; a question may have been settled by its own meanwhile. */
  lost(peer: PeerId, kind: MeshMessage['kind']): void {
    if (kind === 'signals') this.#options.table.unreachable(peer)
    const why = kind === 'ask' ? this.asks.answered(peer) : undefined
    if (why !== undefined) this.#unanswered(peer, why, true)
  }

  /** A link that this side may have dialled came a step closer to being open. */
  progressed(peer: PeerId): void {
    this.#patience.extend(peer)
  }

  /** A link opened. @returns links that have to go for it */
  opened(peer: PeerId): PeerId[] {
    this.#settledAt = Math.min(this.#settledAt, this.#options.clock.now() + SETTLE_MS)
    this.#patience.opened(peer)
    this.asks.answered(peer)
    this.#reasons.delete(peer)
    this.#attempts.delete(peer)
    this.ring.linked(peer)
    this.#fill.linked(peer)
    this.#fillPause.linked()
    this.unlinkable.linked(peer)
    this.spare.opened()
    const { excess } = this.places
    return excess > 0 ? this.spare.leastWanted().slice(0, excess) : []
  }

  /** A link did not come to be, although the other side had agreed. */
  failed(peer: PeerId, isRefusal: boolean): void {
    const { clock } = this.#options
    const why = this.#reasons.get(peer)
    this.#patience.end(peer)
    this.#reasons.delete(peer)
    this.spare.failed(peer)
    if (isRefusal) {
      this.#later(peer, why)
    } else if (isForRing(why) || this.ring.isNearest(peer)) {
      this.unlinkable.failed(peer, clock.now())
    } else {
      this.#fill.failed(peer)
      this.#fillPause.failed()
    }
  }

  /** A link ended. @param parted whether one side let go of it on purpose */
  ended(peer: PeerId, parted: boolean): void {
    this.spare.ended(peer)
    if (parted) this.#fill.parted(peer)
  }

  /** What kept peers from being reached may be over: all may be tried at once. */
  forgive(): void {
    this.unlinkable.forgive()
    this.ring.forgive()
    this.#fill.forgive()
    this.#fillPause.forgive()
  }

  close(): void {
    this.#closed = true
    this.asks.close()
    this.#patience.close()
  }

  /** Whether the first link has not been there for long. */
  get #isSettling(): boolean {
    return this.#options.clock.now() < this.#settledAt
  }

  #dial(peer: PeerId, isWanted: boolean): void {
    const { table } = this.#options
    if (table.has(peer)) return
    table.dial(peer, isWanted)
    this.#waitFor(peer)
  }

  /** Gives up a link that takes too long to open. */
  #waitFor(peer: PeerId): void {
    const { table } = this.#options
    const failures = this.unlinkable.failures(peer)
    this.#patience.begin(peer, failures, () => table.unreachable(peer))
  }

  #refused(peer: PeerId, why: Reason): void {
    this.#reasons.delete(peer)
    this.#later(peer, why)
    this.spare.failed(peer)
    if (why === 'fill') this.#options.contacts.refused(peer)
    this.mendRing()
  }

  /** A question got no answer, or could not be brought. */
  #unanswered(peer: PeerId, why: Reason, isLost = false): void {
    const { contacts, clock } = this.#options
    this.#reasons.delete(peer)
    // One that matters less was not looked for everywhere, and says less of the peer.
    if (why === 'fill' && isLost) this.#fill.lost(peer, this.attempts(peer))
    else if (why === 'fill') this.#fill.refused(peer)
    else if (why === 'ring' && this.#isSettling && this.places.open.size > 0)
      this.ring.refused(peer)
    else contacts.unanswered(peer, clock.now())
    this.spare.failed(peer)
    this.mendRing()
  }

  /** Leaves a peer that refused alone for a while. */
  #later(peer: PeerId, why: Reason | undefined): void {
    if (isForRing(why)) this.ring.refused(peer)
    else this.#fill.refused(peer)
  }
}

function isForRing(why: Reason | undefined): boolean {
  return why === 'ring' || why === 'skip'
}
