import { ClosestIndex } from './closest-index.ts'
import type { PeerId } from './id.ts'
import { bucketIndex, compareDistance } from './metric.ts'

/** Ids on either side of the ring that a peer knows, so that it can repair at once. */
export const RING_SPAN = 4

/** The ids next to a peer on the ring, nearest first on either side. */
export interface RingNeighbours {
  readonly successors: readonly PeerId[]
  readonly predecessors: readonly PeerId[]
}

/**
 * The ids a peer knows, and the policy that says which of them to link with: first the next id on
 * either side of the ring, which alone keeps a network in one piece; then whoever is in the bucket
 * with the fewest links, the farthest bucket of those, and in it the closest.
 *
 * Pure: it knows nothing of links but what a call tells it.
 *
 * @see Rowstron & Druschel 2001 (Pastry's leaf set); Maymounkov & Mazières 2002, §2.2 (buckets)
 */
export class RoutingTable {
  readonly self: PeerId
  readonly #known = new ClosestIndex()

  constructor(self: PeerId) {
    this.self = self
  }

  get size(): number {
    return this.#known.size
  }

  has(id: PeerId): boolean {
    return this.#known.has(id)
  }

  /** All known ids in rising order. */
  values(): IterableIterator<PeerId> {
    return this.#known.values()
  }

  /** @returns whether it was not known before; `self` is never taken */
  add(id: PeerId): boolean {
    return id !== this.self && this.#known.add(id)
  }

  /** @returns whether it was known */
  delete(id: PeerId): boolean {
    return this.#known.delete(id)
  }

  /** The `k` known ids closest to `target` by XOR, nearest first. */
  closest(target: PeerId, k: number): PeerId[] {
    return this.#known.closest(target, k)
  }

  /**
   * The next `span` known ids on either side of `center`, without itself. With few ids the same
   * are on both sides.
   */
  ring(span: number = RING_SPAN, center: PeerId = this.self): RingNeighbours {
    return {
      successors: this.#known.successors(center, span),
      predecessors: this.#known.predecessors(center, span),
    }
  }

  /**
   * Whom to link with next, most wanted first.
   * @param linked peers with a link already
   * @param capacity links to have in all; ring neighbours are named even above it
   * @param eligible which of the known may be named now
   */
  wanted(
    linked: ReadonlySet<PeerId>,
    capacity: number,
    eligible: (id: PeerId) => boolean,
  ): PeerId[] {
    const free = [...this.#known.values()].filter((id) => !linked.has(id) && eligible(id))
    const ring = nextOnEitherSide(this.self, [...linked, ...free]).filter((id) => !linked.has(id))
    const all = new Set([...linked, ...ring])
    const rest = free.filter((id) => !all.has(id))
    return [...ring, ...fillOrder(this.self, all, rest, capacity - all.size)]
  }

  /**
   * Which links to end if there are more than `capacity`, least useful first: of the fullest
   * bucket, and in it the farthest. Never the next linked id on either side of the ring.
   * @param keep links that must stay for another reason
   */
  excess(
    linked: ReadonlySet<PeerId>,
    capacity: number,
    keep: (id: PeerId) => boolean = () => false,
  ): PeerId[] {
    const ring = nextOnEitherSide(this.self, linked)
    const left = new Set(linked)
    const ended: PeerId[] = []
    while (left.size > capacity) {
      const counts = bucketCounts(this.self, left)
      const worst = pick(
        [...left].filter((id) => !ring.includes(id) && !keep(id)),
        (a, b) => {
          const [bucketA, bucketB] = [bucketIndex(this.self, a), bucketIndex(this.self, b)]
          const fuller = (counts.get(bucketB) ?? 0) - (counts.get(bucketA) ?? 0)
          return fuller || bucketA - bucketB || (farther(this.self, a, b) ? -1 : 1)
        },
      )
      if (worst === undefined) break
      left.delete(worst)
      ended.push(worst)
    }
    return ended
  }
}

/** The next of `ids` on either side of `self`: none, one or two. */
export function nextOnEitherSide(self: PeerId, ids: Iterable<PeerId>): PeerId[] {
  let next: PeerId | undefined
  let previous: PeerId | undefined
  let lowest: PeerId | undefined
  let highest: PeerId | undefined
  for (const id of ids) {
    if (id === self) continue
    if (id > self && (next === undefined || id < next)) next = id
    if (id < self && (previous === undefined || id > previous)) previous = id
    if (lowest === undefined || id < lowest) lowest = id
    if (highest === undefined || id > highest) highest = id
  }
  const found = [next ?? lowest, previous ?? highest].filter((id) => id !== undefined)
  return [...new Set(found)]
}

/** Takes from the bucket with the fewest links, the farthest of those, the closest in it, `room` times. */
function fillOrder(
  self: PeerId,
  linked: ReadonlySet<PeerId>,
  candidates: readonly PeerId[],
  room: number,
): PeerId[] {
  const counts = bucketCounts(self, linked)
  const buckets = new Map<number, PeerId[]>()
  for (const id of candidates) {
    const bucket = bucketIndex(self, id)
    const members = buckets.get(bucket)
    if (members === undefined) buckets.set(bucket, [id])
    else members.push(id)
  }
  // Closest last, to be popped.
  for (const members of buckets.values()) members.sort((a, b) => (farther(self, a, b) ? -1 : 1))
  const chosen: PeerId[] = []
  while (chosen.length < room) {
    const bucket = pick(
      [...buckets.keys()],
      (a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0) || b - a,
    )
    if (bucket === undefined) break
    const members = buckets.get(bucket) as PeerId[]
    chosen.push(members.pop() as PeerId)
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1)
    if (members.length === 0) buckets.delete(bucket)
  }
  return chosen
}

function bucketCounts(self: PeerId, ids: Iterable<PeerId>): Map<number, number> {
  const counts = new Map<number, number>()
  for (const id of ids) {
    const bucket = bucketIndex(self, id)
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1)
  }
  return counts
}

const farther = (self: PeerId, a: PeerId, b: PeerId): boolean => compareDistance(self, a, b) > 0

/** The first of `values` in `order`. */
function pick<T>(values: readonly T[], order: (a: T, b: T) => number): T | undefined {
  let best: T | undefined
  for (const value of values) if (best === undefined || order(value, best) < 0) best = value
  return best
}
