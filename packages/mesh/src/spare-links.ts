import { nextOnEitherSide, type PeerId } from '@pigeon/xor'
import type { Contacts } from './contacts.ts'
import type { Places } from './places.ts'

/** Which links this side could do without, and in which order. */
export class SpareLinks {
  readonly #self: PeerId
  readonly #contacts: Contacts
  readonly #places: Pick<Places, 'open'>
  /** Links chosen at random: the last to go, so that nobody can own all links of a victim. */
  readonly #chosenAtRandom = new Set<PeerId>()
  /** Links that were next on the ring until a nearer one came. */
  readonly #displaced = new Set<PeerId>()
  #ring: readonly PeerId[] = []

  constructor(options: { self: PeerId; contacts: Contacts; places: Pick<Places, 'open'> }) {
    this.#self = options.self
    this.#contacts = options.contacts
    this.#places = options.places
  }

  /** A peer was chosen at random, before there is a link. */
  choseAtRandom(peer: PeerId): void {
    this.#chosenAtRandom.add(peer)
  }

  isChosenAtRandom(peer: PeerId): boolean {
    return this.#chosenAtRandom.has(peer)
  }

  /** No link to a peer that was chosen came to be. */
  failed(peer: PeerId): void {
    this.#chosenAtRandom.delete(peer)
  }

  /** A link opened: it may displace one that was next on the ring. */
  opened(): void {
    const { open } = this.#places
    const ring = nextOnEitherSide(this.#self, open)
    for (const peer of this.#ring) {
      if (!ring.includes(peer) && open.has(peer)) this.#displaced.add(peer)
    }
    this.#ring = ring
  }

  /** A link ended. */
  ended(peer: PeerId): void {
    this.#chosenAtRandom.delete(peer)
    this.#displaced.delete(peer)
  }

  /** The links to do without, least wanted first: never the next ones on the ring. */
  leastWanted(): PeerId[] {
    const { open } = this.#places
    const ring = nextOnEitherSide(this.#self, open)
    const spare = [...open].filter((id) => !ring.includes(id))
    // The other side of a displaced link was displaced with it: that frees a place on both.
    const first = spare.filter((id) => this.#displaced.has(id))
    const last = spare.filter((id) => this.#chosenAtRandom.has(id) && !this.#displaced.has(id))
    const kept = new Set([...first, ...last])
    const ordinary = this.#contacts.table.excess(open, 0, (id) => kept.has(id))
    return [...first, ...ordinary, ...last.reverse()]
  }
}
