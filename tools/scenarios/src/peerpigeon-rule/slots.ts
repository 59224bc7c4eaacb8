import type { Link } from '@pigeon/transport'
import { compareDistance, type PeerId } from '@pigeon/xor'

/** One connection, from the offer on; it takes a place whether or not it ever opens. */
export interface Slot {
  readonly link: Link
  /** Whether this side offered. */
  readonly initiator: boolean
  readonly since: number
  answered: boolean
}

/** The connections of a peer: `peers` of PeerPigeon's `ConnectionManager`, and who has to go. */
export class Slots {
  readonly #self: PeerId
  readonly #max: number
  readonly #slots = new Map<PeerId, Slot>()

  /** @param max PeerPigeon's `maxPeers` */
  constructor(self: PeerId, max: number) {
    this.#self = self
    this.#max = max
  }

  get size(): number {
    return this.#slots.size
  }

  get hasRoom(): boolean {
    return this.#slots.size < this.#max
  }

  /** The peers whose link is open. */
  get connected(): PeerId[] {
    const ids: PeerId[] = []
    for (const [id, { link }] of this.#slots) if (link.state === 'open') ids.push(id)
    return ids
  }

  get(id: PeerId): Slot | undefined {
    return this.#slots.get(id)
  }

  has(id: PeerId): boolean {
    return this.#slots.has(id)
  }

  set(id: PeerId, slot: Slot): void {
    this.#slots.set(id, slot)
  }

  /** @returns what it was, for the caller to close */
  take(id: PeerId): Slot | undefined {
    const slot = this.#slots.get(id)
    this.#slots.delete(id)
    return slot
  }

  /**
   * Who must go for `newcomer`, if there is no room: whoever is farthest by XOR if the newcomer is
   * closer, or without any open link the first of all.
   * @returns nobody if the newcomer is refused
   */
  evictedFor(newcomer: PeerId): PeerId | undefined {
    const ids = [...this.#slots.keys()]
    if (this.connected.length === 0) return ids[0]
    const farthest = ids.reduce((a, b) => (compareDistance(this.#self, a, b) > 0 ? a : b))
    return compareDistance(this.#self, newcomer, farthest) < 0 ? farthest : undefined
  }

  /** Offers without an answer since before `time`. */
  stuckSince(time: number): PeerId[] {
    const ids: PeerId[] = []
    for (const [id, { link, initiator, answered, since }] of this.#slots) {
      if (initiator && !answered && link.state === 'connecting' && since < time) ids.push(id)
    }
    return ids
  }
}
