import type { ByteReader } from '@pigeon/transport'
import { isSame } from './beacon.ts'
import type { Core } from './core.ts'
import { fraction } from './dice.ts'
import { Kind } from './kind.ts'
import type { Neighbour } from './neighbour.ts'

/** How long other copies of a beacon are waited for before a parent is chosen, ms. */
const SETTLE_MS = 40

/** A former parent is let go so long after the new one was asked, ms. */
const HANDOVER_MS = 1000

/** A neighbour is told this often at most that a link is not of the tree, ms. */
const PRUNE_MS = 1000

/** How long a peer without a way to the root waits before it becomes one, ms; up to 4 s more. */
const ORPHAN_MS = 6000
const ORPHAN_MORE_MS = 4000

/** How long a parent that withheld messages is none again if there are others, ms. */
const QUARANTINE_MS = 60_000

/** So many messages in a row that had to be pulled, and the parent is one that withholds. */
const MAX_MISSES = 3

/** From this beacon of a root on a parent stays unless another is better by both of these. */
const STEADY_SEQUENCE = 3
const STEADY_MS = 20
const STEADY_RATIO = 1.2

const JOIN_MUST = 1
const JOIN_STARVING = 2

/**
 * The tree all messages go along. Each peer takes as parent the neighbour over which the root is
 * closest, and that is closer to it than the peer itself. So every chain of parents under one
 * beacon ends at the root, whoever publishes.
 *
 * @see Liang et al. 2009, "GoCast"; Chroboczek 2021, RFC 8966 (Babel), §2.4, the feasibility condition
 */
export class Tree {
  #parent: Neighbour | undefined
  /** Neighbours that take this peer for their child, and will be told that it is not. */
  readonly #former = new Set<Neighbour>()
  readonly #core: Core
  #misses = 0
  /** Numbers requests to be a parent, so that a late answer to an earlier one is known as such. */
  #joins = 0

  constructor(core: Core) {
    this.#core = core
  }

  get parent(): Neighbour | undefined {
    return this.#parent
  }

  /** Whether whole messages go over that link: to parent and children, and while it is undecided. */
  isEager(link: Neighbour): boolean {
    return link === this.#parent || link.child || !link.lazy
  }

  /** Another beacon rules. */
  reigned(): void {
    const { timers, reign } = this.#core
    if (!reign.isRoot) {
      timers.set('settle', SETTLE_MS, () => this.#settle())
      return
    }
    this.#leave()
    timers.stop('settle')
    timers.stop('orphan')
    timers.set('handover', HANDOVER_MS, () => this.#handOver())
  }

  /** A neighbour has the beacon that rules. */
  confirmed(): void {
    if (!this.#isAttached && !this.#core.timers.has('settle')) this.#choose(true)
  }

  down(link: Neighbour): void {
    this.#former.delete(link)
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

  #refuse(link: Neighbour, number: number): void {
    link.child = false
    this.#core.links.send(link, Uint8Array.of(Kind.refuse, number))
  }

  get #isAttached(): boolean {
    return this.#parent !== undefined || this.#core.reign.isRoot
  }

  #settle(): void {
    const parent = this.#parent
    const { beacon } = this.#core.reign
    const [best] = this.#candidates()
    if (
      best !== undefined &&
      parent !== undefined &&
      (beacon?.sequence ?? 0) >= STEADY_SEQUENCE &&
      this.#isFeasible(parent) &&
      this.#faults(parent) <= this.#faults(best) &&
      (parent.costMs <= best.costMs + STEADY_MS || parent.costMs <= best.costMs * STEADY_RATIO)
    ) {
      this.#join(parent, false, false)
    } else this.#choose(parent === undefined)
  }

  /** Whether it is closer to the root under the same beacon: then no chain of parents is a circle. */
  #isFeasible(link: Neighbour): boolean {
    const { links, reign } = this.#core
    return links.has(link) && isSame(link.beacon, reign.beacon) && link.dist < reign.dist
  }

  /** What speaks against a parent: 1 if it refused, 2 if it withheld messages. */
  #faults({ refused, quarantinedUntil }: Neighbour): number {
    const withheld = quarantinedUntil > this.#core.now() ? 2 : 0
    return withheld + (isSame(refused, this.#core.reign.beacon) ? 1 : 0)
  }

  /** Neighbours that may be the parent, the best one first. */
  #candidates(): Neighbour[] {
    return this.#core.links.list
      .filter((link) => this.#isFeasible(link))
      .sort((a, b) => this.#faults(a) - this.#faults(b) || a.costMs - b.costMs)
  }

  /** That one does not want to be the parent, or not any more. */
  #next(link: Neighbour): void {
    link.refused = this.#core.reign.beacon
    this.#leave()
    // Who keeps refusing a peer that has nobody else does not keep to the rules.
    if (link.joins.take(1, this.#core.now())) this.#choose(true)
    else this.#orphan()
  }

  /** Joins the best parent there is; one that has faults is better than none. */
  #choose(starving: boolean): void {
    const { beacon } = this.#core.reign
    if (beacon === undefined) return
    const candidates = this.#candidates()
    const [best] = candidates
    if (best !== undefined) {
      const must = candidates.length === 1 || isSame(best.refused, beacon)
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
    const { links, timers, reign, options } = this.#core
    const { beacon } = reign
    for (const link of links.list) {
      link.lazy = false
      this.#former.add(link)
      links.send(link, joinFrame(0, true, true))
      links.send(link, Uint8Array.of(Kind.ask))
    }
    timers.set('orphan', ORPHAN_MS + ORPHAN_MORE_MS * fraction(options.random), () => {
      if (!this.#isAttached && isSame(beacon, reign.beacon)) reign.stand()
    })
  }
}

function joinFrame(number: number, must: boolean, starving: boolean): Uint8Array {
  const flags = (must ? JOIN_MUST : 0) | (starving ? JOIN_STARVING : 0)
  return Uint8Array.of(Kind.join, flags, number)
}
