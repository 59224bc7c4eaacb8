import type { Random } from '@pigeon/transport'
import { closest, type PeerId } from '@pigeon/xor'

/**
 * The members of one network, by id and in ring order.
 *
 * Invariant: `#ids` holds exactly the keys of `#members`, ascending.
 */
export class Network<M> {
  readonly name: string
  readonly #members = new Map<PeerId, M>()
  readonly #ids: PeerId[] = []

  constructor(name: string) {
    this.name = name
  }

  get size(): number {
    return this.#ids.length
  }

  /** Ascending. */
  get ids(): readonly PeerId[] {
    return this.#ids
  }

  get(id: PeerId): M | undefined {
    return this.#members.get(id)
  }

  /** Adds a member, or puts another in its place. O(log n), and one move of the array. */
  set(id: PeerId, member: M): void {
    if (!this.#members.has(id)) this.#ids.splice(this.#lowerBound(id), 0, id)
    this.#members.set(id, member)
  }

  delete(id: PeerId): void {
    if (this.#members.delete(id)) this.#ids.splice(this.#lowerBound(id), 1)
  }

  /** The next `each` members on either side of `id`, which need not be one itself. */
  ringNeighbours(id: PeerId, each: number): PeerId[] {
    const start = this.#lowerBound(id)
    const { length } = this.#ids
    const found = new Set<PeerId>()
    const own = this.#members.has(id) ? 1 : 0
    for (let step = 0; step < Math.min(each, length); step++) {
      found.add(this.#ids[(start + own + step) % length] as PeerId)
      found.add(this.#ids[(start - 1 - step + length * 2) % length] as PeerId)
    }
    found.delete(id)
    return [...found]
  }

  /** The `k` members closest to `id` by XOR, nearest first, without `id`. */
  closest(id: PeerId, k: number): PeerId[] {
    // They all share the longest prefix with `id` that at least k others share, and ids with one
    // prefix lie side by side.
    let range: [number, number] = [0, this.#ids.length]
    for (let length = 1; length <= id.length; length++) {
      const prefix = id.slice(0, length)
      const next: [number, number] = [this.#lowerBound(prefix), this.#lowerBound(`${prefix}g`)]
      if (next[1] - next[0] < k + 1) break
      range = next
    }
    return closest(id, this.#ids.slice(...range), k + 1)
      .filter((other) => other !== id)
      .slice(0, k)
  }

  /** Up to `count` different members, each equally likely. */
  sample(count: number, random: Random): PeerId[] {
    const { length } = this.#ids
    if (count >= length) return [...this.#ids]
    const picked = new Set<number>()
    const bytes = new Uint8Array(4)
    const view = new DataView(bytes.buffer)
    // Floyd's algorithm: one draw for each member picked (Bentley & Floyd 1987).
    for (let top = length - count; top < length; top++) {
      random.fill(bytes)
      const draw = Math.floor((view.getUint32(0) / 2 ** 32) * (top + 1))
      picked.add(picked.has(draw) ? top : draw)
    }
    return [...picked].map((index) => this.#ids[index] as PeerId)
  }

  /** Where `text` is or would be in the ids. Lower-case hex sorts as the numbers do. */
  #lowerBound(text: string): number {
    let low = 0
    let high = this.#ids.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#ids[middle] as PeerId) < text) low = middle + 1
      else high = middle
    }
    return low
  }
}
