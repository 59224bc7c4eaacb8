import type { PeerId } from '@pigeon/xor'
import { PLACES, RecordKind } from './address.ts'
import { decodeOffers, encodeOffers, MAX_OFFERED, type Offer, STAMP_BYTES } from './bodies.ts'
import type { Core } from './core.ts'
import { oneOf } from './dice.ts'
import { Op } from './frames.ts'
import { hexToBytes } from './hex.ts'
import { digestOf } from './record.ts'
import { NO_NAME, type Replica } from './replica.ts'
import type { Item } from './shelf.ts'

/** What is held at a place, and who held it with this peer when last looked at. */
interface Held {
  readonly at: readonly PeerId[]
  readonly places: number
  readonly peers: (readonly PeerId[])[]
}

/** Offers that wait for one peer, at most; the rest goes with a later comparison. */
const MAX_WAITING = 8192

/** A stamp of what cannot differ. */
const SAME = new Uint8Array(STAMP_BYTES)

/**
 * Sees to it that records and leases are where they belong while peers come and go. When the
 * replicas of a place are others than before, the first of the old ones that is still there offers
 * the newcomers what it holds; now and then every peer compares with one of its neighbours on the
 * ring. An offer names records; who lacks them says so and is given them.
 */
export class Succession {
  readonly #core: Core
  readonly #replica: Replica
  /** What is still to be offered, by peer. */
  readonly #waiting = new Map<PeerId, Map<string, readonly [Item, number]>>()
  readonly #busy = new Set<PeerId>()

  constructor(core: Core, replica: Replica) {
    this.#core = core
    this.#replica = replica
  }

  /** Peers near this one on the ring came or went. */
  readonly changed = (): void => {
    const { shelf, leases, now } = this.#core
    for (const item of shelf.items) {
      const isInside = this.#inspect(item, (peer, place) => this.#offerLater(peer, item, place))
      if (isInside) item.outsideSince = undefined
      else item.outsideSince ??= now()
    }
    for (const [, followers] of leases.all) {
      this.#inspect(followers, (peer, place) =>
        this.#replica.lend(peer, [...followers.leases.values()], place),
      )
    }
    for (const peer of this.#waiting.keys()) this.#offer(peer)
  }

  /** Something is held here from now on: those who hold it with this peer got it from others. */
  held(item: Held): void {
    this.#inspect(item, () => {})
  }

  /** Offers one of the neighbours on the ring all that it should have. */
  compare(): void {
    const { view, self, options, shelf } = this.#core
    const peer = oneOf(
      view.near.filter((id) => id !== self),
      options.random,
    )
    if (peer === undefined) return
    for (const item of shelf.items) {
      for (let place = 0; place < PLACES; place++) {
        const replicas = item.places & (1 << place) ? view.replicas(item.at[place] as PeerId) : []
        if (replicas.includes(peer)) this.#offerLater(peer, item, place)
      }
    }
    this.#offer(peer)
  }

  /**
   * What of an offer is news to this peer: a byte each. 1: it is news, 2: mine is better, 3: another of
   * the same number, 0: I have it, or it is not for me.
   */
  readonly answer = (body: Uint8Array): Uint8Array => {
    const { shelf, view, self } = this.#core
    return Uint8Array.from(decodeOffers(body), (offer) => {
      const { address, place, seq, stamp } = offer
      const item = shelf.get(address)
      if (item === undefined) {
        const at = this.#core.placesOf(address)[place] as PeerId
        return Number(view.replicas(at).includes(self))
      }
      item.places |= 1 << place
      if (seq !== item.record.seq) return seq > item.record.seq ? 1 : 2
      return this.#stamp(item).every((byte, index) => byte === stamp[index]) ? 0 : 3
    })
  }

  /**
   * Looks who should hold something now.
   * @param tell is called for each newcomer that it falls to this peer to tell
   * @returns whether this peer should
   */
  #inspect(held: Held, tell: (peer: PeerId, place: number) => void): boolean {
    const { view, self } = this.#core
    let isInside = false
    for (let place = 0; place < PLACES; place++) {
      if ((held.places & (1 << place)) === 0) continue
      const now = view.replicas(held.at[place] as PeerId)
      const before = held.peers[place] as readonly PeerId[]
      held.peers[place] = now
      if (now.includes(self)) isInside = true
      if (before.length === 0) continue
      const heir = now.find((id) => before.includes(id)) ?? self
      if (heir !== self) continue
      for (const peer of now) if (peer !== self && !before.includes(peer)) tell(peer, place)
    }
    return isInside
  }

  #offerLater(peer: PeerId, item: Item, place: number): void {
    const waiting = this.#waiting.get(peer) ?? new Map()
    if (waiting.size < MAX_WAITING) waiting.set(`${item.record.address}${place}`, [item, place])
    this.#waiting.set(peer, waiting)
  }

  /** Offers so many at once, and gives what is wanted of them before it offers the next. */
  #offer(peer: PeerId): void {
    if (this.#busy.has(peer)) return
    const waiting = this.#waiting.get(peer)
    const some = [...(waiting ?? [])].slice(0, MAX_OFFERED)
    if (some.length === 0) {
      this.#waiting.delete(peer)
      return
    }
    for (const [key] of some) waiting?.delete(key)
    const items = some.map(([, entry]) => entry)
    this.#busy.add(peer)
    const body = encodeOffers(items.map(([item, place]) => this.#toOffer(item, place)))
    const { router, limits } = this.#core
    const timeoutMs = 2 * limits.replicaMs
    router.ask({ place: peer, exact: true, op: Op.offer, body, timeoutMs }, (reply) => {
      if (reply === undefined) {
        // Gone, or not there yet: a later comparison makes up for it.
        this.#waiting.delete(peer)
        this.#busy.delete(peer)
        return
      }
      const wanted = items.filter((_, index) => reply.body[index] === 1 || reply.body[index] === 3)
      const better = items.filter((_, index) => (reply.body[index] as number) >= 2)
      for (const [item, place] of better) this.#replica.fetch(peer, item.record.address, place)
      this.#give(peer, wanted)
    })
  }

  /** One after the other, so that a link is not filled with them. */
  #give(peer: PeerId, items: (readonly [Item, number])[]): void {
    const next = items.shift()
    if (next === undefined) {
      this.#busy.delete(peer)
      this.#offer(peer)
      return
    }
    const [{ record, origin }, place] = next
    this.#replica.store(peer, { name: NO_NAME, origin, place, record: record.bytes }, () =>
      this.#give(peer, items),
    )
  }

  #toOffer(item: Item, place: number): Offer {
    const { address, seq } = item.record
    return { address, place, seq, stamp: this.#stamp(item) }
  }

  #stamp({ record }: Item): Uint8Array {
    if (record.kind === RecordKind.immutable) return SAME
    return hexToBytes(digestOf(record, this.#core.sha256).slice(0, 2 * STAMP_BYTES))
  }
}
