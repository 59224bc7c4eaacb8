import { ID_BITS, nibble, type PeerId } from './id.ts'
import { compareDistance, prefixLength } from './metric.ts'

/** Room for this many ids at first; it doubles as needed. */
const FIRST_CAPACITY = 64

/** A range this small is sorted rather than split. */
const LEAF = 12

/**
 * A set of ids of any size that answers which are closest, by XOR or on the ring, exactly.
 *
 * The ids are kept sorted, the first 64 bits of each as two numbers beside them, so that a query
 * reads the ids themselves only where those are equal. All ids that share at least `c` leading
 * bits with a target are neighbours in that order: a query widens a range around the target's
 * place until it holds enough, then takes the half that agrees with the target first.
 *
 * A query costs O(log n + k log k); `add` and `delete` move what lies behind, in memory order.
 */
export class ClosestIndex {
  readonly #ids: PeerId[] = []
  #high = new Uint32Array(FIRST_CAPACITY)
  #low = new Uint32Array(FIRST_CAPACITY)

  /** @param ids what it holds at first */
  constructor(ids: Iterable<PeerId> = []) {
    const sorted = [...new Set(ids)].sort()
    this.#reserve(sorted.length)
    for (const [index, id] of sorted.entries()) {
      this.#ids.push(id)
      this.#high[index] = wordOf(id, 0)
      this.#low[index] = wordOf(id, 8)
    }
  }

  get size(): number {
    return this.#ids.length
  }

  has(id: PeerId): boolean {
    return this.#ids[this.#place(id, wordOf(id, 0), wordOf(id, 8))] === id
  }

  /** All ids in rising order. */
  values(): IterableIterator<PeerId> {
    return this.#ids.values()
  }

  /** The id at `index` in rising order, from 0. */
  at(index: number): PeerId | undefined {
    return this.#ids[index]
  }

  /** @returns whether it was not there before */
  add(id: PeerId): boolean {
    const high = wordOf(id, 0)
    const low = wordOf(id, 8)
    const at = this.#place(id, high, low)
    const { length } = this.#ids
    if (this.#ids[at] === id) return false
    this.#reserve(length + 1)
    this.#ids.splice(at, 0, id)
    this.#high.copyWithin(at + 1, at, length)
    this.#low.copyWithin(at + 1, at, length)
    this.#high[at] = high
    this.#low[at] = low
    return true
  }

  /** @returns whether it was there */
  delete(id: PeerId): boolean {
    const at = this.#place(id, wordOf(id, 0), wordOf(id, 8))
    if (this.#ids[at] !== id) return false
    this.#ids.splice(at, 1)
    this.#high.copyWithin(at, at + 1)
    this.#low.copyWithin(at, at + 1)
    return true
  }

  /**
   * The `k` ids closest to `target` by XOR, nearest first; `target` itself if it is in the set.
   * @throws RangeError if `k` is not a whole number from 0
   */
  closest(target: PeerId, k: number): PeerId[] {
    const wanted = Math.min(wholeNumber(k), this.#ids.length)
    if (wanted === 0) return []
    const query: Query = {
      target,
      high: wordOf(target, 0),
      low: wordOf(target, 8),
      wanted,
      found: [],
    }
    let from = this.#place(target, query.high, query.low)
    let to = from
    let shared = ID_BITS
    while (to - from < wanted) {
      const below = from > 0 ? this.#prefix(query, from - 1) : -1
      const above = to < this.#ids.length ? this.#prefix(query, to) : -1
      shared = Math.max(below, above)
      if (below === shared) from = this.#edge(query, shared, from - 1, -1)
      if (above === shared) to = this.#edge(query, shared, to, 1) + 1
    }
    this.#collect(query, from, to, shared)
    return query.found
  }

  /** The next `k` ids clockwise from `target`, nearest first, without `target`. O(log n + k). */
  successors(target: PeerId, k: number): PeerId[] {
    const place = this.#place(target, wordOf(target, 0), wordOf(target, 8))
    const member = this.#ids[place] === target ? 1 : 0
    return this.#walk(place + member, 1, Math.min(wholeNumber(k), this.size - member))
  }

  /** The next `k` ids counter-clockwise from `target`, nearest first, without `target`. */
  predecessors(target: PeerId, k: number): PeerId[] {
    const place = this.#place(target, wordOf(target, 0), wordOf(target, 8))
    const member = this.#ids[place] === target ? 1 : 0
    return this.#walk(place - 1, -1, Math.min(wholeNumber(k), this.size - member))
  }

  /** The place of an id in the sorted array, or where it would be. */
  #place(id: PeerId, high: number, low: number): number {
    let from = 0
    let to = this.#ids.length
    while (from < to) {
      const middle = (from + to) >> 1
      const otherHigh = this.#high[middle] as number
      const otherLow = this.#low[middle] as number
      const isBelow =
        otherHigh !== high
          ? otherHigh < high
          : otherLow !== low
            ? otherLow < low
            : (this.#ids[middle] as PeerId) < id
      if (isBelow) from = middle + 1
      else to = middle
    }
    return from
  }

  /** How many leading bits the id at `index` shares with the target. */
  #prefix({ target, high, low }: Query, index: number): number {
    const first = Math.clz32((this.#high[index] as number) ^ high)
    if (first < 32) return first
    const second = Math.clz32((this.#low[index] as number) ^ low)
    return second < 32 ? 32 + second : prefixLength(target, this.#ids[index] as PeerId)
  }

  /** The outermost index from `start` on that shares at least `shared` bits with the target. */
  #edge(query: Query, shared: number, start: number, direction: 1 | -1): number {
    const { length } = this.#ids
    let inside = start
    let step = 1
    for (;;) {
      const next = inside + direction * step
      if (next < 0 || next >= length || this.#prefix(query, next) < shared) break
      inside = next
      step *= 2
    }
    for (step >>= 1; step >= 1; step >>= 1) {
      const next = inside + direction * step
      if (next >= 0 && next < length && this.#prefix(query, next) >= shared) inside = next
    }
    return inside
  }

  /** Appends the closest of `[from, to)`, whose ids agree before `bit`, until there are enough. */
  #collect(query: Query, from: number, to: number, bit: number): void {
    if (to - from <= LEAF || bit >= ID_BITS) {
      this.#collectLeaf(query, from, to)
      return
    }
    let low = from
    let high = to
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#bit(middle, bit) === 0) low = middle + 1
      else high = middle
    }
    const zerosFirst = targetBit(query, bit) === 0
    if (zerosFirst) this.#collect(query, from, low, bit + 1)
    else this.#collect(query, low, to, bit + 1)
    if (query.found.length >= query.wanted) return
    if (zerosFirst) this.#collect(query, low, to, bit + 1)
    else this.#collect(query, from, low, bit + 1)
  }

  /** Sorts by insertion: the ranges are short, and often in order already. */
  #collectLeaf({ target, high, low, wanted, found }: Query, from: number, to: number): void {
    const start = found.length
    for (let index = from; index < to; index++) {
      const id = this.#ids[index] as PeerId
      const distance = ((this.#high[index] as number) ^ high) >>> 0
      const distanceLow = ((this.#low[index] as number) ^ low) >>> 0
      let at = found.length
      for (; at > start; at--) {
        const other = at - 1 - start
        const order =
          distance - (leafHigh[other] as number) || distanceLow - (leafLow[other] as number)
        if ((order || compareDistance(target, id, found[at - 1] as PeerId)) > 0) break
        leafHigh[other + 1] = leafHigh[other] as number
        leafLow[other + 1] = leafLow[other] as number
        found[at] = found[at - 1] as PeerId
      }
      leafHigh[at - start] = distance
      leafLow[at - start] = distanceLow
      found[at] = id
      // Only ids that agree in all bits make a longer leaf, and those are one.
      if (found.length > wanted) found.length = wanted
    }
  }

  #bit(index: number, bit: number): number {
    if (bit < 32) return ((this.#high[index] as number) >>> (31 - bit)) & 1
    if (bit < 64) return ((this.#low[index] as number) >>> (63 - bit)) & 1
    return bitOf(this.#ids[index] as PeerId, bit)
  }

  #walk(start: number, direction: 1 | -1, steps: number): PeerId[] {
    const { length } = this.#ids
    const found: PeerId[] = []
    let at = (start + length * 2) % length
    for (let step = 0; step < steps; step++) {
      found.push(this.#ids[at] as PeerId)
      at += direction
      if (at === length) at = 0
      else if (at < 0) at = length - 1
    }
    return found
  }

  #reserve(size: number): void {
    if (size <= this.#high.length) return
    const capacity = Math.max(size, this.#high.length * 2)
    const [high, low] = [this.#high, this.#low]
    this.#high = new Uint32Array(capacity)
    this.#low = new Uint32Array(capacity)
    this.#high.set(high)
    this.#low.set(low)
  }
}

/** One question for the closest, while it is answered. */
interface Query {
  readonly target: PeerId
  readonly high: number
  readonly low: number
  readonly wanted: number
  readonly found: PeerId[]
}

/** The distances of the leaf that is being sorted. */
const leafHigh = new Float64Array(LEAF + 1)
const leafLow = new Float64Array(LEAF + 1)

/** Eight hex characters from `start` as a number. */
function wordOf(id: PeerId, start: number): number {
  let value = 0
  for (let index = start; index < start + 8; index++) {
    value = (value << 4) | nibble(id.charCodeAt(index))
  }
  return value >>> 0
}

function targetBit({ target, high, low }: Query, bit: number): number {
  if (bit < 32) return (high >>> (31 - bit)) & 1
  if (bit < 64) return (low >>> (63 - bit)) & 1
  return bitOf(target, bit)
}

function bitOf(id: PeerId, bit: number): number {
  return (nibble(id.charCodeAt(bit >> 2)) >> (3 - (bit & 3))) & 1
}

function wholeNumber(k: number): number {
  if (Number.isInteger(k) && k >= 0) return k
  throw new RangeError(`k is a whole number from 0, got ${k}`)
}
