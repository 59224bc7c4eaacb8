import type { ByteReader } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import {
  type Beacon,
  beaconBytes,
  decodeBeacon,
  encodeBeacon,
  isBetter,
  sameReign,
  WORST_RANK,
} from './beacon.ts'
import type { Core } from './core.ts'
import { fraction } from './dice.ts'
import { Kind } from './kind.ts'
import type { Neighbour } from './neighbour.ts'
import { renewPings } from './pings.ts'
import { when } from './when.ts'

/** How long other copies of a beacon are waited for before a parent is chosen, ms. */
const SETTLE_MS = 40

/** A former parent is let go so long after the new one was asked, ms. */
const HANDOVER_MS = 1000

/** When a root repeats its beacon for the first time, and from then on, ms. */
const FIRST_REPEAT_MS = 2000
const REPEAT_MS = 30_000

/** A neighbour is told this often at most that a link is not of the tree, ms. */
const PRUNE_MS = 1000

/** A root that was silent for so long is given up by whoever publishes, ms. */
const SILENCE_MS = 105_000

/** A root speaks on request, and a request is passed on, so often at most, ms. */
const ASK_MS = 5000

/** How long a peer without a way to the root waits before it becomes one, ms; up to 4 s more. */
const ORPHAN_MS = 6000

/** How long a parent that withheld messages is none again, ms. */
const QUARANTINE_MS = 60_000

/** So many messages in a row that had to be pulled, and the parent is one that withholds. */
const MAX_MISSES = 3

/** From this beacon of a root on a parent stays unless another is better by both of these. */
const STEADY_SEQUENCE = 3
const STEADY_MS = 20
const STEADY_RATIO = 1.2

/** Who has a rank below so much of the root's takes its place: the best ones first. */
const STAND_RATIO = 0.8
const STAND_MS = 500
const STAND_RANK_MS = 100
const STAND_FROM_RANK = 10

/** One new beacon of a root is listened to in so long, ms. */
const MIN_REPEAT_MS = 1000

/** Terms rise by one; a neighbour that skips more than this is not believed. */
const MAX_TERM_JUMP = 2 ** 20

/** A peer this far from the root is not in its tree, ms. */
const MAX_DIST_MS = 60_000

/** Beacons being checked at a time. */
const MAX_CHECKS = 64

const JOIN_MUST = 1
const JOIN_STARVING = 2

/**
 * The tree all messages go along. Its root sends beacons; each peer takes as parent the neighbour
 * over which the root is closest, and that is closer to it than the peer itself. So every chain of
 * parents under one beacon ends at the root, whoever publishes.
 *
 * @see Liang et al. 2009, "GoCast"; Chroboczek 2021, RFC 8966 (Babel), §2.4, the feasibility condition
 */
export class Tree {
  #parent: Neighbour | undefined
  /** Neighbours that take this peer for their child, and will be told that it is not. */
  readonly #former = new Set<Neighbour>()
  readonly #core: Core
  #beacon: Beacon | undefined
  /** How far the root is, ms. */
  #dist = 0
  #heardAt = 0
  #askedAt = 0
  #misses = 0
  /** Numbers requests to be a parent, so that a late answer to an earlier one is known as such. */
  #joins = 0
  /** Beacons whose proof is being checked. */
  #checks = 0

  constructor(core: Core) {
    this.#core = core
  }

  get parent(): Neighbour | undefined {
    return this.#parent
  }

  /** The root that rules. */
  get root(): PeerId | undefined {
    return this.#beacon?.root
  }

  /** Whether whole messages go over that link: to parent and children, and while it is undecided. */
  isEager(link: Neighbour): boolean {
    return link === this.#parent || link.child || !link.lazy
  }

  /** Becomes the root if nobody is. */
  wake(): void {
    const { now } = this.#core
    if (this.#beacon === undefined || now() - this.#heardAt > SILENCE_MS) this.#stand()
  }

  up(link: Neighbour): void {
    if (this.#beacon !== undefined) this.#tell(link, this.#beacon)
  }

  down(link: Neighbour): void {
    if (link !== this.#parent) return
    this.#leave()
    this.#choose(true)
  }

  /** A message came that was here already, and nobody asked for this copy. */
  duplicate(link: Neighbour): void {
    if (!this.#isAttached || link === this.#parent || link.child) return
    // What is on its way does not know yet that it was told.
    if (this.#core.now() - link.prunedAt > PRUNE_MS) this.#prune(link)
  }

  /** A message came from there first. */
  fed(link: Neighbour): void {
    if (link === this.#parent) this.#misses = 0
  }

  /** A message did not come in time. */
  missed(): void {
    const parent = this.#parent
    if (parent === undefined || ++this.#misses < MAX_MISSES) return
    parent.quarantinedUntil = this.#core.now() + QUARANTINE_MS
    parent.child = false
    this.#prune(parent)
    this.#leave()
    this.#choose(true)
  }

  /** @throws WireError if it is no beacon */
  beacon(link: Neighbour, reader: ByteReader): void {
    const { beacon, dist } = decodeBeacon(reader)
    const mine = this.#beacon
    link.beacon = beacon
    link.dist = dist
    if (isSame(beacon, mine)) {
      if (!this.#isAttached && !this.#core.timers.has('settle')) this.#choose(true)
      return
    }
    if (!isBetter(beacon, mine) || this.#checks >= MAX_CHECKS) return
    if (!this.#isCredible(link, beacon, dist)) return
    const { verify, domain = '' } = this.#core.options
    this.#checks++
    when(
      () => verify?.(beaconBytes(domain, beacon), beacon.proof, beacon.root) ?? true,
      (holds) => {
        this.#checks--
        if (holds !== true) this.#core.blame(link, 'forged')
        else if (isBetter(beacon, this.#beacon)) this.#adopt(beacon, link)
      },
    )
  }

  /** @throws WireError if it is no request to be a parent */
  join(link: Neighbour, reader: ByteReader): void {
    const { links, limits } = this.#core
    const [flags, number] = [reader.u8(), reader.u8()]
    const others = links.list.filter((other) => other.child && other !== link)
    if (others.length >= limits.maxChildren) {
      // One that has nobody else takes the place of one that has.
      const free =
        (flags & JOIN_MUST) > 0 ? others.find(({ hasNoOther }) => !hasNoOther) : undefined
      if (free !== undefined) this.#refuse(free, free.joinNumber)
      else if ((flags & JOIN_MUST) === 0) {
        this.#refuse(link, number)
        return
      }
    }
    link.hasNoOther = (flags & JOIN_MUST) > 0
    link.joinNumber = number
    link.child = true
    link.lazy = false
    if ((flags & JOIN_STARVING) !== 0) this.#core.spreader.tellLately(link)
  }

  pruned(link: Neighbour): void {
    link.child = false
    if (link !== this.#parent) link.lazy = true
    else if (link.joins.take(1, this.#core.now())) this.#join(link, false, false)
    else this.#next(link)
  }

  /** @throws WireError if it is no refusal */
  refused(link: Neighbour, reader: ByteReader): void {
    if (reader.u8() === this.#joins && link === this.#parent) this.#next(link)
  }

  asked(link: Neighbour): void {
    const { links, timers } = this.#core
    const beacon = this.#beacon
    const now = this.#core.now()
    if (beacon === undefined) return
    if (!isSame(link.beacon, beacon)) this.#tell(link, beacon)
    else if (this.#isRoot) {
      timers.set('repeat', Math.max(0, this.#heardAt + ASK_MS - now), () => this.#repeat())
    } else if (this.#parent !== undefined && now - this.#askedAt >= ASK_MS) {
      this.#askedAt = now
      links.send(this.#parent, Uint8Array.of(Kind.ask))
    }
  }

  #refuse(link: Neighbour, number: number): void {
    link.child = false
    this.#core.links.send(link, Uint8Array.of(Kind.refuse, number))
  }

  get #self(): PeerId {
    return this.#core.options.transport.self
  }

  get #isRoot(): boolean {
    return this.#beacon?.root === this.#self
  }

  get #isAttached(): boolean {
    return this.#parent !== undefined || this.#isRoot
  }

  #isCredible(link: Neighbour, beacon: Beacon, dist: number): boolean {
    const mine = this.#beacon
    const now = this.#core.now()
    if (beacon.term > (mine?.term ?? 0) + MAX_TERM_JUMP || dist > MAX_DIST_MS) return false
    return sameReign(beacon, mine) ? now - this.#heardAt >= MIN_REPEAT_MS : link.roots.take(1, now)
  }

  /** @param link where it came from, if it is not this peer's own */
  #adopt(beacon: Beacon, link?: Neighbour): void {
    const { links, timers, now } = this.#core
    const isNew = !sameReign(beacon, this.#beacon)
    this.#beacon = beacon
    this.#heardAt = now()
    timers.stop('repeat')
    if (this.#isRoot) {
      // Also when it is one of an earlier life, that others still go by.
      this.#dist = 0
      this.#leave()
      timers.stop('settle')
      timers.stop('orphan')
      timers.set('repeat', isNew ? FIRST_REPEAT_MS : REPEAT_MS, () => this.#repeat())
      timers.set('handover', HANDOVER_MS, () => this.#handOver())
    } else if (link !== undefined) {
      this.#dist = Math.max(link.dist + 1, Math.round(link.costMs))
      timers.set('settle', SETTLE_MS, () => this.#settle())
    }
    for (const other of links.list) if (other !== link) this.#tell(other, beacon)
    this.#consider()
    renewPings(this.#core)
  }

  #tell(link: Neighbour, beacon: Beacon): void {
    this.#core.links.send(link, encodeBeacon(beacon, this.#dist))
  }

  /** Stands for root if it would be a much better one. */
  #consider(): void {
    const { timers } = this.#core
    const beacon = this.#beacon as Beacon
    const rank = this.#rank()
    if (rank >= STAND_RATIO * beacon.rank) timers.stop('stand')
    else if (!timers.has('stand')) {
      const wait = STAND_MS + STAND_RANK_MS * (rank - STAND_FROM_RANK)
      timers.set('stand', Math.max(0, wait), () => {
        const { rank: ruling, term } = this.#beacon as Beacon
        if (this.#rank() < STAND_RATIO * ruling) this.#stand(term)
      })
    }
  }

  #rank(): number {
    const delays = this.#core.links.list.flatMap(({ delayMs }) => delayMs ?? [])
    const [a, b, c] = delays.sort((one, other) => one - other)
    if (a === undefined || b === undefined || c === undefined) return WORST_RANK
    return Math.min(WORST_RANK, Math.round((a + b + c) / 3))
  }

  #stand(term: number = (this.#beacon?.term ?? 0) + 1): void {
    this.#announce({ term, rank: this.#rank(), root: this.#self, sequence: 1 })
  }

  #repeat(): void {
    const { term, rank, root, sequence } = this.#beacon as Beacon
    this.#announce({ term, rank, root, sequence: sequence + 1 })
  }

  #announce(unsigned: Omit<Beacon, 'proof'>): void {
    const { sign, domain = '' } = this.#core.options
    const beacon = { ...unsigned, proof: new Uint8Array(0) }
    when(
      () => sign?.(beaconBytes(domain, beacon)) ?? beacon.proof,
      (proof) => {
        if (proof !== undefined && isBetter(beacon, this.#beacon)) this.#adopt({ ...beacon, proof })
      },
    )
  }

  #settle(): void {
    const parent = this.#parent
    const [best] = this.#candidates()
    if (
      best !== undefined &&
      parent !== undefined &&
      (this.#beacon as Beacon).sequence >= STEADY_SEQUENCE &&
      this.#isFeasible(parent) &&
      this.#faults(parent) <= this.#faults(best) &&
      (parent.costMs <= best.costMs + STEADY_MS || parent.costMs <= best.costMs * STEADY_RATIO)
    ) {
      this.#join(parent, false, false)
    } else this.#choose(parent === undefined)
  }

  /** Whether it is closer to the root under the same beacon: then no chain of parents is a circle. */
  #isFeasible(link: Neighbour): boolean {
    const { links } = this.#core
    return links.has(link) && isSame(link.beacon, this.#beacon) && link.dist < this.#dist
  }

  /** What speaks against a parent: 1 if it refused, 2 if it withheld messages. */
  #faults({ refused, quarantinedUntil }: Neighbour): number {
    const withheld = quarantinedUntil > this.#core.now() ? 2 : 0
    return withheld + (isSame(refused, this.#beacon) ? 1 : 0)
  }

  /** Neighbours that may be the parent, the best one first. */
  #candidates(): Neighbour[] {
    return this.#core.links.list
      .filter((link) => this.#isFeasible(link))
      .sort((a, b) => this.#faults(a) - this.#faults(b) || a.costMs - b.costMs)
  }

  /** That one does not want to be the parent, or not any more. */
  #next(link: Neighbour): void {
    link.refused = this.#beacon
    this.#leave()
    // Who keeps refusing a peer that has nobody else does not keep to the rules.
    if (link.joins.take(1, this.#core.now())) this.#choose(true)
    else this.#orphan()
  }

  /** Joins the best parent there is; one that has faults is better than none. */
  #choose(starving: boolean): void {
    if (this.#beacon === undefined) return
    const candidates = this.#candidates()
    const [best] = candidates
    if (best !== undefined) {
      const must = candidates.length === 1 || isSame(best.refused, this.#beacon)
      this.#join(best, must, starving)
      return
    }
    this.#leave()
    this.#orphan()
  }

  #join(parent: Neighbour, must: boolean, starving: boolean): void {
    const { links, timers } = this.#core
    if (parent !== this.#parent) this.#leave()
    this.#parent = parent
    parent.lazy = false
    timers.stop('orphan')
    timers.set('handover', HANDOVER_MS, () => this.#handOver())
    this.#joins = (this.#joins + 1) & 255
    links.send(parent, joinFrame(this.#joins, must, starving))
  }

  /** Has no parent for now. */
  #leave(): void {
    if (this.#parent !== undefined) this.#former.add(this.#parent)
    this.#parent = undefined
    this.#misses = 0
  }

  /** Lets go of all links that are not of the tree. */
  #handOver(): void {
    if (!this.#isAttached) return
    for (const link of this.#core.links.list) {
      if (link === this.#parent) continue
      // A former parent may be a child by now: then it will say so.
      if (this.#former.has(link) || !(link.child || link.lazy)) this.#prune(link)
    }
    this.#former.clear()
  }

  #prune(link: Neighbour): void {
    link.lazy = true
    link.prunedAt = this.#core.now()
    this.#core.links.send(link, Uint8Array.of(Kind.prune))
  }

  /** Without a way to the root: everything goes over all links until there is one, or a new root. */
  #orphan(): void {
    const { links, timers, options } = this.#core
    const beacon = this.#beacon
    for (const link of links.list) {
      link.lazy = false
      this.#former.add(link)
      links.send(link, joinFrame(0, true, true))
      links.send(link, Uint8Array.of(Kind.ask))
    }
    timers.set('orphan', ORPHAN_MS * (1 + (2 / 3) * fraction(options.random)), () => {
      if (!this.#isAttached && isSame(beacon, this.#beacon)) this.#stand()
    })
  }
}

function joinFrame(number: number, must: boolean, starving: boolean): Uint8Array {
  const flags = (must ? JOIN_MUST : 0) | (starving ? JOIN_STARVING : 0)
  return Uint8Array.of(Kind.join, flags, number)
}

function isSame(a: Beacon | undefined, b: Beacon | undefined): boolean {
  return sameReign(a, b) && a?.sequence === b?.sequence
}
