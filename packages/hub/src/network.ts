import type { Random } from '@pigeon/transport'
import { ClosestIndex, type PeerId } from '@pigeon/xor'

/**
 * The members of one network, by id and in ring order.
 *
 * Invariant: `#index` holds exactly the keys of `#members`.
 */
export class Network<M> {
  readonly name: string
  readonly #members = new Map<PeerId, M>()
  readonly #index = new ClosestIndex()

  constructor(name: string) {
    this.name = name
  }

  get size(): number {
    return this.#index.size
  }

  /** Ascending. */
  get ids(): PeerId[] {
    return [...this.#index.values()]
  }

  get(id: PeerId): M | undefined {
    return this.#members.get(id)
  }

  /** Adds a member, or puts another in its place. */
  set(id: PeerId, member: M): void {
    this.#index.add(id)
    this.#members.set(id, member)
  }

  delete(id: PeerId): void {
    this.#index.delete(id)
    this.#members.delete(id)
  }

  /** The next `each` members on either side of `id`, which need not be one itself. */
  ringNeighbours(id: PeerId, each: number): PeerId[] {
    const both = [...this.#index.successors(id, each), ...this.#index.predecessors(id, each)]
    return [...new Set(both)]
  }

  /** The `k` members closest to `id` by XOR, nearest first, without `id`. */
  closest(id: PeerId, k: number): PeerId[] {
    return this.#index
      .closest(id, k + 1)
      .filter((other) => other !== id)
      .slice(0, k)
  }

  /** Up to `count` different members, each equally likely. */
  sample(count: number, random: Random): PeerId[] {
    const length = this.size
    if (count >= length) return this.ids
    const picked = new Set<number>()
    const bytes = new Uint8Array(4)
    const view = new DataView(bytes.buffer)
    // Floyd's algorithm: one draw for each member picked (Bentley & Floyd 1987).
    for (let top = length - count; top < length; top++) {
      random.fill(bytes)
      const draw = Math.floor((view.getUint32(0) / 2 ** 32) * (top + 1))
      picked.add(picked.has(draw) ? top : draw)
    }
    return [...picked].map((index) => this.#index.at(index) as PeerId)
  }
}
