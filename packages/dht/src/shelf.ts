import type { PeerId } from '@pigeon/xor'
import { type Address, PLACES, placeOf, RecordKind, type Sha256 } from './address.ts'
import { Verdict } from './errors.ts'
import type { Limits } from './options.ts'
import { compareRecords, type DhtRecord, saysTheSame } from './record.ts'
import { roughDistance } from './spot.ts'

/** How far ahead of this clock a public record may be written, and a request made, ms. */
export const SKEW_MS = 60_000

/** A record that this peer holds. */
export interface Item {
  record: DhtRecord
  /** Who put it. */
  origin: PeerId
  /** The name of the put that wrote it; undefined if it came from another replica, or over a restart. */
  put: string | undefined
  /** All places at which it lives. */
  readonly at: readonly PeerId[]
  /** At which of its places it is held: a bit each. */
  places: number
  /** Until when it is remembered: as long as any record that it replaced would have been. */
  keepUntil: number
  /** When it was last put by somebody who wants it kept, or at its other places by this peer. */
  freshAt: number
  /** Since when other peers are nearer to all of its places. */
  outsideSince: number | undefined
  /** Who kept it with this peer when last looked at, by place. */
  readonly peers: (readonly PeerId[])[]
}

/** What else is known of a record that is offered. */
export interface OfferOptions {
  /** The number that must stand here, 0 for none. Default: it does not matter. */
  readonly expected?: number | undefined
  /** The name of the put: one that is tried again meets what it wrote. */
  readonly put?: string | undefined
}

/** What became of a record that was offered. */
export interface Offered {
  readonly verdict: Verdict
  readonly item: Item | undefined
  /** Whether it is newer than what was here. */
  readonly isNews: boolean
  /** Who put what stood here before. */
  readonly before?: PeerId
}

/** What is told of changes, to be made lasting. */
export interface ShelfEvents {
  changed(item: Item): void
  removed(address: Address): void
}

/**
 * The records that this peer holds, of which the better one of each address stands. Full, it gives
 * up what it holds for nobody, then what lies farthest from this peer, the oldest first.
 */
export class Shelf {
  readonly #self: PeerId
  readonly #limits: Limits
  readonly #sha256: Sha256
  readonly #now: () => number
  readonly #events: ShelfEvents
  readonly #items = new Map<Address, Item>()
  readonly #origins = new Map<PeerId, { records: number; bytes: number }>()
  #bytes = 0
  evicted = 0

  constructor(options: {
    self: PeerId
    limits: Limits
    sha256: Sha256
    now: () => number
    events: ShelfEvents
  }) {
    this.#self = options.self
    this.#limits = options.limits
    this.#sha256 = options.sha256
    this.#now = options.now
    this.#events = options.events
  }

  get size(): number {
    return this.#items.size
  }

  get bytes(): number {
    return this.#bytes
  }

  get items(): Iterable<Item> {
    return this.#items.values()
  }

  /** What is remembered of an address, also what has ended. */
  get(address: Address): Item | undefined {
    return this.#items.get(address)
  }

  /** The record that stands, if its time is not over. */
  live(address: Address): DhtRecord | undefined {
    const record = this.#items.get(address)?.record
    return record !== undefined && record.expiresAt > this.#now() ? record : undefined
  }

  /** Whether a record may be here at all at this time. */
  judge({ kind, seq, expiresAt }: DhtRecord): Verdict {
    const now = this.#now()
    if (kind === RecordKind.public && seq > now + SKEW_MS) return Verdict.invalid
    const isInTime = expiresAt > now && expiresAt <= now + this.#limits.maxTtlMs + SKEW_MS
    return isInTime ? Verdict.stored : Verdict.expired
  }

  /** Takes a record whose signature holds, or says why not. */
  offer(
    record: DhtRecord,
    origin: PeerId,
    place: number,
    { expected, put }: OfferOptions = {},
  ): Offered {
    const verdict = this.judge(record)
    const item = this.#items.get(record.address)
    const nothing = { item, isNews: false }
    if (verdict !== Verdict.stored) return { verdict, ...nothing }
    if (item === undefined) {
      if (expected !== undefined && expected > 0) return { verdict: Verdict.changed, ...nothing }
      return this.#add(record, origin, place, put)
    }
    const held = item.record
    const isSame = held.seq === record.seq && saysTheSame(held, record)
    const stands = this.#stands(item)
    // Two that write the same at once are two still: only the one that wrote it may find it there.
    const isMine = isSame && (item.put === undefined || item.put === put)
    if (!isMine && expected !== undefined && expected !== stands) {
      return { verdict: Verdict.changed, ...nothing }
    }
    item.places |= 1 << place
    item.outsideSince = undefined
    if (isSame) item.freshAt = this.#now()
    const before = item.origin
    const isBetter = compareRecords(record, held, this.#sha256) > 0
    if (isBetter && !this.#replace(item, record, origin, put))
      return { verdict: Verdict.full, ...nothing }
    if (isSame) return { verdict: Verdict.stored, ...nothing }
    if (held.seq > record.seq) return { verdict: Verdict.outdated, ...nothing }
    const verdictNow = held.seq === record.seq ? Verdict.conflict : Verdict.stored
    return { verdict: verdictNow, item, isNews: isBetter, before }
  }

  /** Takes back what was kept over a restart. */
  restore(item: Item): void {
    if (item.keepUntil > this.#now() && !this.#items.has(item.record.address)) this.#insert(item)
  }

  /** A record is no longer held at a place, and not at all if that was its last. */
  delete(address: Address): void {
    const item = this.#items.get(address)
    if (item === undefined) return
    this.#items.delete(address)
    this.#count(item, -1)
    this.#events.removed(address)
  }

  /** Forgets what is over. */
  sweep(): void {
    const now = this.#now()
    for (const [address, { keepUntil, outsideSince }] of this.#items) {
      const isAway = outsideSince !== undefined && outsideSince + this.#limits.keepMs <= now
      if (keepUntil <= now || isAway) this.delete(address)
    }
  }

  /** The number that stands; 0 for nothing. */
  #stands({ record: { seq, deleted, expiresAt } }: Item): number {
    return deleted || expiresAt <= this.#now() ? 0 : seq
  }

  #add(record: DhtRecord, origin: PeerId, place: number, put: string | undefined): Offered {
    const at = Array.from({ length: PLACES }, (_, index) =>
      placeOf(record.address, index, this.#sha256),
    )
    const item: Item = {
      record,
      origin,
      put,
      at,
      places: 1 << place,
      keepUntil: record.expiresAt,
      freshAt: this.#now(),
      outsideSince: undefined,
      peers: Array.from({ length: PLACES }, () => []),
    }
    if (!this.#hasShare(origin, 1, record.bytes.length) || !this.#makeRoom(item, 1)) {
      return { verdict: Verdict.full, item: undefined, isNews: false }
    }
    this.#insert(item)
    this.#events.changed(item)
    return { verdict: Verdict.stored, item, isNews: true }
  }

  /** @returns whether there was room */
  #replace(item: Item, record: DhtRecord, origin: PeerId, put: string | undefined): boolean {
    const more = record.bytes.length - item.record.bytes.length
    const isOwn = origin === item.origin
    const share = isOwn ? more : record.bytes.length
    if (!this.#hasShare(origin, isOwn ? 0 : 1, share)) return false
    this.#count(item, -1)
    this.#items.delete(item.record.address)
    const fresh = { ...item, record, origin }
    const fits = this.#makeRoom(fresh, 1)
    if (fits) {
      item.record = record
      item.origin = origin
      item.put = put
      item.keepUntil = Math.max(item.keepUntil, record.expiresAt)
    }
    this.#insert(item)
    if (fits) this.#events.changed(item)
    return fits
  }

  #hasShare(origin: PeerId, records: number, bytes: number): boolean {
    const used = this.#origins.get(origin) ?? { records: 0, bytes: 0 }
    const { maxRecordsPerOrigin, maxBytesPerOrigin } = this.#limits
    return used.records + records <= maxRecordsPerOrigin && used.bytes + bytes <= maxBytesPerOrigin
  }

  /** Gives up what is worse than `fresh` until there is room for it. @returns whether there is */
  #makeRoom(fresh: Item, records: number): boolean {
    const { maxRecords, maxBytes } = this.#limits
    const size = fresh.record.bytes.length
    while (this.#items.size + records > maxRecords || this.#bytes + size > maxBytes) {
      const worst = this.#worst(this.#farness(fresh))
      if (worst === undefined) return false
      this.delete(worst.record.address)
      this.evicted++
    }
    return true
  }

  #insert(item: Item): void {
    this.#items.set(item.record.address, item)
    this.#count(item, 1)
  }

  #count({ origin, record }: Item, sign: 1 | -1): void {
    const bytes = sign * record.bytes.length
    this.#bytes += bytes
    const used = this.#origins.get(origin) ?? { records: 0, bytes: 0 }
    used.records += sign
    used.bytes += bytes
    if (used.records === 0) this.#origins.delete(origin)
    else this.#origins.set(origin, used)
  }

  /** What goes first: the farthest, of equals the oldest, if it is farther than `limit`. */
  #worst(limit: number): Item | undefined {
    let worst: Item | undefined
    let most = limit
    for (const item of this.#items.values()) {
      const farness = this.#farness(item)
      if (farness > most) [worst, most] = [item, farness]
    }
    return worst
  }

  #farness({ at, places, outsideSince }: Item): number {
    if (outsideSince !== undefined) return Number.POSITIVE_INFINITY
    const held = at.filter((_, index) => places & (1 << index))
    return Math.min(...held.map((place) => roughDistance(this.#self, place)))
  }
}
