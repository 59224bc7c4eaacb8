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

/** With so many links what matters less is asked over the mesh alone. */
const FIRM = 2

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
      isPending: (peer) => asks.asked.has(peer) || table.has(peer),
      ask: (peer, why) => this.ask(peer, why),
    })
    const world = { clock, random, contacts, settings }
    this.#fill = new FillCandidates({ ...world, asks, unlinkable, spare })
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

  /** Asks for the links that there is room for. */
  fill(): void {
    const { settings, wanting } = this.#options
    if (this.#closed || !settings.autoDiscovery || !this.#fillPause.isOver) return
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
    const isSpare = why === 'fill' && this.places.open.size >= FIRM
    send(peer, { kind: 'ask', why, cards: fours() }, isSpare)
  }

  /** Somebody asks for a link. @returns the answer; none if this side's own question stands */
  asked(from: PeerId, why: Reason): 'ok' | 'no' | undefined {
    const { self } = this.#options
    // Both ask at once: the question of the larger id stands.
    if (this.asks.asked.has(from) && self > from) return undefined
    this.asks.answered(from)
    if (!this.#admission.admits(from, why)) return 'no'
    this.#reasons.set(from, why)
    this.asks.promise(from, why, () => this.#reasons.delete(from))
    return 'ok'
  }

  /** Whether an offer of `from` may become a link: a place was promised, or there is room. */
  accepts(from: PeerId): boolean {
    if (this.asks.redeem(from) !== undefined) return true
    this.asks.answered(from)
    return this.#admission.admits(from, 'fill')
  }

  /** A question was answered. */
  answered(from: PeerId, ok: boolean): void {
    const why = this.asks.answered(from)
    if (why === undefined) return
    if (ok) this.#dial(from)
    else this.#refused(from, why)
  }

  /** Nothing can be brought to a peer that was asked or is being dialled. */
  lost(peer: PeerId): void {
    const why = this.asks.answered(peer)
    if (why === undefined) this.#options.table.unreachable(peer)
    else this.#unanswered(peer, why)
  }

  /** A link that this side may have dialled came a step closer to being open. */
  progressed(peer: PeerId): void {
    this.#patience.extend(peer)
  }

  /** A link opened. @returns links that have to go for it */
  opened(peer: PeerId): PeerId[] {
    this.#patience.opened(peer)
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

  #dial(peer: PeerId): void {
    const { table } = this.#options
    if (table.has(peer)) return
    table.dial(peer)
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
  #unanswered(peer: PeerId, why: Reason): void {
    const { contacts, clock } = this.#options
    this.#reasons.delete(peer)
    // One that matters less was not looked for everywhere, and says less of the peer.
    if (why === 'fill') this.#fill.refused(peer)
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
