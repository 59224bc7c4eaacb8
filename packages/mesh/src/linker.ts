import type { Clock, Random } from '@pigeon/transport'
import { bucketIndex, nextOnEitherSide, type PeerId, randomPeerId } from '@pigeon/xor'
import { Asks } from './asks.ts'
import type { Card } from './cards.ts'
import type { Contacts } from './contacts.ts'
import type { LinkTable } from './link-table.ts'
import type { MeshMessage, Reason } from './messages.ts'
import type { Need } from './neighbour-frames.ts'
import { isNext, sidesOf } from './ring-view.ts'
import type { Settings } from './settings.ts'
import { uniform } from './uniform.ts'
import { Unlinkable } from './unlinkable.ts'

/** Links beyond `maxPeers`, for ring neighbours that are just being exchanged. */
export const SPARE_LINKS = 2

/** With so many links what matters less is asked over the mesh alone. */
const FIRM = 2

/** Ring candidates tried at once on one side. */
const PARALLEL = 3

/** A candidate gets this long before the next one is tried as well, ms. */
const HEAD_START_MS = 1000

/** A refused wish is repeated after this, ms. */
const RING_AGAIN_MS = 1000
const FILL_AGAIN_MS = 30_000

/** The first connection to a ring candidate may take this long, each further one twice as long, ms. */
const FIRST_PATIENCE_MS = 4000

/** A place that could not be filled with a peer is not tried with it again for this long, ms. */
const FILL_FAILED_MS = 600_000

/** Fill dials pause after a failed one: at first, and at most, ms. */
const FILL_PAUSE_MS = 2000
const MAX_FILL_PAUSE_MS = 300_000

/** A peer that let go of a link is not asked for another for this long, ms. */
const PARTED_MS = 15_000

/** A bucket with so many links can spare one for an empty bucket, and this often, ms. */
const CROWDED = 3
const REPLACE_MS = 60_000

/** Peers whose next try is remembered. */
const MAX_REMEMBERED = 1000

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
 * Decides whom to ask for a link, whom to dial and whom to admit.
 *
 * Ring neighbours come first: up to three candidates a side are asked at once, each with a second's
 * start. The rest of the places goes to a share at random, then by {@link RoutingTable.wanted}.
 */
export class Linker {
  readonly asks: Asks
  readonly unlinkable: Unlinkable = new Unlinkable()
  /** Links chosen at random: the last to go, so that nobody can own all links of a victim. */
  readonly chosenAtRandom: Set<PeerId> = new Set()
  readonly #options: LinkerOptions
  /** Links that were next on the ring until a nearer one came. */
  readonly #displaced = new Set<PeerId>()
  #ring: readonly PeerId[] = []
  /** Why a link that is being made is wanted, by whichever side wants it. */
  readonly #reasons = new Map<PeerId, Reason>()
  /** Not to be asked before for a place to fill, by the clock; oldest first. */
  readonly #notBefore = new Map<PeerId, number>()
  /** The same for a place on the ring, which does not wait for the other. */
  readonly #ringNotBefore = new Map<PeerId, number>()
  /** Since when a ring candidate has been tried in vain. */
  readonly #triedSince = new Map<PeerId, number>()
  /** Ends the wait for each link that was dialled. */
  readonly #patience = new Map<PeerId, () => void>()
  /** Questions since the last link. */
  readonly #attempts = new Map<PeerId, number>()
  /** Before that no link makes way for a better one. */
  #replaceAt = 0
  #fillPauseMs = 0
  #fillNotBefore = 0
  #closed = false

  constructor(options: LinkerOptions) {
    this.#options = options
    this.asks = new Asks(options.clock)
  }

  /** Peers with a link that is open, and so next on the ring if nobody is nearer. */
  get open(): ReadonlySet<PeerId> {
    return this.#options.table.transport.neighbours
  }

  /** Links open or on their way, places asked for and places promised. */
  get taken(): Set<PeerId> {
    const { asked, promised } = this.asks
    return new Set([...this.#options.table.peers, ...asked.keys(), ...promised.keys()])
  }

  /** Links there is room for. */
  get free(): number {
    return Math.max(0, this.#options.settings.maxPeers - this.taken.size)
  }

  /** Whether somebody known is nearer on the ring than the links there are, or there are none. */
  get isIncomplete(): boolean {
    if (this.open.size === 0) return true
    const now = this.#options.clock.now()
    const { isTunnelled } = this.#options
    return sidesOf(this.#options.contacts.table, this.open).some(({ between }) =>
      between.some((id) => !(this.unlinkable.has(id, now) && isTunnelled(id))),
    )
  }

  /** How often a peer was asked since the last link. */
  attempts(peer: PeerId): number {
    return this.#attempts.get(peer) ?? 0
  }

  /** Known peers next on the ring that have been tried in vain for `ms`, or are unlinkable. */
  stranded(ms: number): PeerId[] {
    const now = this.#options.clock.now()
    const ids = sidesOf(this.#options.contacts.table, this.open).flatMap(({ between }) =>
      between.slice(0, 1),
    )
    const isStranded = (id: PeerId) =>
      this.unlinkable.has(id, now) || now - (this.#triedSince.get(id) ?? now) >= ms
    return [...new Set(ids)].filter(isStranded)
  }

  /** Asks those on the ring that are nearer than the links there are. */
  mendRing(): void {
    const { contacts, settings } = this.#options
    if (this.#closed || !settings.autoDiscovery) return
    for (const { between } of sidesOf(contacts.table, this.open)) this.#trySide(between)
  }

  /** Asks for the links that there is room for. */
  fill(): void {
    const { clock, settings, contacts, wanting } = this.#options
    const now = clock.now()
    if (this.#closed || !settings.autoDiscovery || this.#fillNotBefore > now) return
    const taken = this.taken
    let room = settings.maxPeers - taken.size
    if (room <= 0) return
    const isEligible = (id: PeerId) => this.#mayFill(id, taken, now)
    const atRandom = this.#randomWanted(taken, isEligible)
    const rest = settings.xorRouting
      ? contacts.table.wanted(taken, settings.maxPeers, isEligible)
      : shuffled([...contacts.table.values()].filter(isEligible), this.#options.random)
    let asked = 0
    for (const peer of new Set([...atRandom, ...rest])) {
      if (room === 0 || !this.#hasBudget('fill')) return
      if (this.#followsTooMuch(peer)) continue
      if (atRandom.includes(peer)) this.chosenAtRandom.add(peer)
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
    if (why === 'ring' || why === 'skip') this.#startTrying(peer)
    this.#reasons.set(peer, why)
    this.#attempts.set(peer, this.attempts(peer) + 1)
    limit(this.#attempts, MAX_REMEMBERED)
    this.asks.ask(peer, why, () => this.#unanswered(peer, why))
    const isSpare = why === 'fill' && this.open.size >= FIRM
    send(peer, { kind: 'ask', why, cards: fours() }, isSpare)
  }

  /** Somebody asks for a link. @returns the answer; none if this side's own question stands */
  asked(from: PeerId, why: Reason): 'ok' | 'no' | undefined {
    const { self } = this.#options
    // Both ask at once: the question of the larger id stands.
    if (this.asks.asked.has(from) && self > from) return undefined
    this.asks.answered(from)
    if (!this.#admits(from, why)) return 'no'
    this.#reasons.set(from, why)
    this.asks.promise(from, why, () => this.#reasons.delete(from))
    return 'ok'
  }

  /** Whether an offer of `from` may become a link: a place was promised, or there is room. */
  accepts(from: PeerId): boolean {
    if (this.asks.redeem(from) !== undefined) return true
    this.asks.answered(from)
    return this.#admits(from, 'fill')
  }

  /** A question was answered. */
  answered(from: PeerId, ok: boolean): void {
    const why = this.asks.answered(from)
    if (why === undefined) return
    const { clock, table } = this.#options
    if (!ok) {
      this.#reasons.delete(from)
      this.#refused(from, why)
      this.chosenAtRandom.delete(from)
      if (why === 'fill') this.#options.contacts.refused(from)
      this.mendRing()
      return
    }
    if (table.has(from)) return
    table.dial(from)
    const patience = FIRST_PATIENCE_MS * 2 ** this.unlinkable.failures(from)
    this.#patience.get(from)?.()
    this.#patience.set(
      from,
      clock.after(patience, () => {
        this.#patience.delete(from)
        table.unreachable(from)
      }),
    )
  }

  /** Nothing can be brought to a peer that was asked or is being dialled. */
  lost(peer: PeerId): void {
    const why = this.asks.answered(peer)
    if (why === undefined) this.#options.table.unreachable(peer)
    else this.#unanswered(peer, why)
  }

  /** A link opened. @returns links that have to go for it */
  opened(peer: PeerId): PeerId[] {
    const { settings } = this.#options
    this.#endPatience(peer)
    this.#reasons.delete(peer)
    this.#triedSince.delete(peer)
    this.#attempts.delete(peer)
    this.#notBefore.delete(peer)
    this.#ringNotBefore.delete(peer)
    this.unlinkable.linked(peer)
    this.#fillPauseMs = 0
    this.#noticeDisplaced()
    const excess = this.open.size - settings.maxPeers - SPARE_LINKS
    return excess > 0 ? this.leastWanted().slice(0, excess) : []
  }

  /** A link did not come to be, although the other side had agreed. */
  failed(peer: PeerId, isRefusal: boolean): void {
    const { clock, contacts } = this.#options
    const now = clock.now()
    const why = this.#reasons.get(peer)
    this.#endPatience(peer)
    this.#reasons.delete(peer)
    this.chosenAtRandom.delete(peer)
    if (isRefusal) {
      this.#refused(peer, why)
    } else if (why === 'ring' || why === 'skip' || this.#isRingCandidate(peer)) {
      this.unlinkable.failed(peer, now)
    } else {
      this.#wait(this.#notBefore, peer, FILL_FAILED_MS)
      this.#fillPauseMs = Math.min(
        Math.max(FILL_PAUSE_MS, this.#fillPauseMs * 2),
        MAX_FILL_PAUSE_MS,
      )
      this.#fillNotBefore = now + this.#fillPauseMs
    }
    if (!contacts.has(peer)) this.#triedSince.delete(peer)
  }

  /** A link ended. @param parted whether one side let go of it on purpose */
  ended(peer: PeerId, parted: boolean): void {
    this.chosenAtRandom.delete(peer)
    this.#displaced.delete(peer)
    if (parted) this.#wait(this.#notBefore, peer, PARTED_MS)
  }

  /** What this side needs a link for. */
  need(peer: PeerId): Need {
    const { self, contacts } = this.#options
    if (!nextOnEitherSide(self, this.open).includes(peer)) return 'none'
    const side = sidesOf(contacts.table, this.open).find(({ linked }) => linked === peer)
    return side === undefined || side.between.length === 0 ? 'ring' : 'skip'
  }

  /** Links this side could do without, least wanted first: never the next ones on the ring. */
  leastWanted(): PeerId[] {
    const { self, contacts } = this.#options
    const ring = nextOnEitherSide(self, this.open)
    const spare = [...this.open].filter((id) => !ring.includes(id))
    // The other side of a displaced link was displaced with it: that frees a place on both.
    const first = spare.filter((id) => this.#displaced.has(id))
    const atRandom = (id: PeerId) => this.chosenAtRandom.has(id) && !this.#displaced.has(id)
    const kept = new Set([...first, ...spare.filter(atRandom)])
    const ordinary = contacts.table.excess(this.open, 0, (id) => kept.has(id))
    return [...first, ...ordinary, ...spare.filter(atRandom).reverse()]
  }

  /** What kept peers from being reached may be over: all may be tried at once. */
  forgive(): void {
    this.unlinkable.forgive()
    this.#notBefore.clear()
    this.#ringNotBefore.clear()
    this.#fillNotBefore = 0
    this.#fillPauseMs = 0
  }

  close(): void {
    this.#closed = true
    this.asks.close()
    for (const cancel of this.#patience.values()) cancel()
    this.#patience.clear()
  }

  #trySide(between: readonly PeerId[]): void {
    const now = this.#options.clock.now()
    let why: Reason = 'ring'
    let tried = 0
    for (const peer of between) {
      if (this.unlinkable.has(peer, now)) {
        why = 'skip'
        continue
      }
      if (tried === PARALLEL) return
      tried++
      const isPending = this.asks.asked.has(peer) || this.#options.table.has(peer)
      if (!isPending && (this.#ringNotBefore.get(peer) ?? 0) <= now && this.#hasBudget('ring')) {
        this.ask(peer, why)
      }
      if (now - (this.#triedSince.get(peer) ?? now) < HEAD_START_MS) return
    }
  }

  #noticeDisplaced(): void {
    const ring = nextOnEitherSide(this.#options.self, this.open)
    for (const peer of this.#ring) {
      if (!ring.includes(peer) && this.open.has(peer)) this.#displaced.add(peer)
    }
    this.#ring = ring
  }

  #endPatience(peer: PeerId): void {
    this.#patience.get(peer)?.()
    this.#patience.delete(peer)
  }

  #startTrying(peer: PeerId): void {
    if (this.#triedSince.has(peer)) return
    this.#triedSince.set(peer, this.#options.clock.now())
    limit(this.#triedSince, MAX_REMEMBERED)
  }

  #isRingCandidate(peer: PeerId): boolean {
    const { contacts } = this.#options
    return sidesOf(contacts.table, this.open).some(({ between }) => between[0] === peer)
  }

  #hasBudget(why: Reason): boolean {
    const { table, settings } = this.#options
    const under = table.dialling + this.asks.asked.size
    // One place is kept for the ring.
    return under < (why === 'fill' ? Math.max(1, settings.maxDials - 1) : settings.maxDials)
  }

  #mayFill(id: PeerId, taken: ReadonlySet<PeerId>, now: number): boolean {
    return (
      !taken.has(id) &&
      (this.#notBefore.get(id) ?? 0) <= now &&
      !this.unlinkable.has(id, now) &&
      this.#options.contacts.get(id)?.free !== 0
    )
  }

  /** At most half of the dials follow the advice of one neighbour. */
  #followsTooMuch(peer: PeerId): boolean {
    const { contacts, settings } = this.#options
    const teller = contacts.get(peer)?.source.teller
    if (teller === 'hub' || teller === undefined) return false
    let same = 0
    for (const [asked, { why }] of this.asks.asked) {
      if (why === 'fill' && contacts.get(asked)?.source.teller === teller) same++
    }
    return same >= Math.max(1, Math.floor(settings.maxDials / 2))
  }

  /** Peers for the share of the links that is left to chance: those nearest to random points. */
  #randomWanted(taken: ReadonlySet<PeerId>, isEligible: (id: PeerId) => boolean): PeerId[] {
    const { settings, contacts, random } = this.#options
    if (settings.maxPeers <= 3) return []
    let have = 0
    for (const id of taken) if (this.chosenAtRandom.has(id)) have++
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

  #admits(peer: PeerId, why: Reason): boolean {
    const { self, settings, table } = this.#options
    const taken = new Set([...table.peers, ...this.asks.promised.keys()])
    taken.delete(peer)
    if (taken.size < settings.maxPeers) return true
    if (why === 'skip') return taken.size < settings.maxPeers + SPARE_LINKS
    if (why === 'ring' && isNext(self, taken, peer)) return true
    return why === 'fill' && this.#ranksHigher(peer, taken)
  }

  /** Whether a newcomer would be the only one of its bucket, where another bucket has plenty. */
  #ranksHigher(peer: PeerId, taken: ReadonlySet<PeerId>): boolean {
    const { self, settings, clock } = this.#options
    const now = clock.now()
    const mayReplace = settings.evictionStrategy && settings.xorRouting
    if (!mayReplace || taken.size > settings.maxPeers || now < this.#replaceAt) return false
    const counts = new Map<number, number>()
    for (const id of taken) {
      const bucket = bucketIndex(self, id)
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1)
    }
    if (counts.has(bucketIndex(self, peer)) || Math.max(...counts.values()) < CROWDED) return false
    this.#replaceAt = now + REPLACE_MS
    return true
  }

  /** A question got no answer, or could not be brought. */
  #unanswered(peer: PeerId, why: Reason): void {
    const { contacts, clock } = this.#options
    this.#reasons.delete(peer)
    // One that matters less was not looked for everywhere, and says less of the peer.
    if (why === 'fill') this.#wait(this.#notBefore, peer, FILL_AGAIN_MS)
    else contacts.unanswered(peer, clock.now())
    this.chosenAtRandom.delete(peer)
    this.mendRing()
  }

  #refused(peer: PeerId, why: Reason | undefined): void {
    if (why === 'ring' || why === 'skip') this.#wait(this.#ringNotBefore, peer, RING_AGAIN_MS)
    else this.#wait(this.#notBefore, peer, FILL_AGAIN_MS)
  }

  #wait(notBefore: Map<PeerId, number>, peer: PeerId, ms: number): void {
    notBefore.delete(peer)
    notBefore.set(peer, this.#options.clock.now() + ms)
    limit(notBefore, MAX_REMEMBERED)
  }
}

function shuffled<T>(values: T[], random: Random): T[] {
  for (let last = values.length - 1; last > 0; last--) {
    const at = uniform(random, last + 1)
    const value = values[at] as T
    values[at] = values[last] as T
    values[last] = value
  }
  return values
}

function limit<K>(map: Map<K, unknown>, size: number): void {
  for (const oldest of map.keys()) {
    if (map.size <= size) return
    map.delete(oldest)
  }
}
