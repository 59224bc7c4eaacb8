import type { PeerId } from '@pigeon/xor'
import { type Address, PLACES } from './address.ts'
import { encodeSubscribe, type Lease, leaseBytes } from './bodies.ts'
import type { Core } from './core.ts'
import { around } from './dice.ts'
import { Verdict } from './errors.ts'
import { Op } from './frames.ts'
import { hear } from './hearing.ts'
import { Leg } from './leg.ts'
import { compareRecords, type DhtRecord } from './record.ts'
import { readRecord } from './replica.ts'

/** How soon a subscription that nobody could take is tried again, ms. */
const RETRY_MS = 1000

/** A record that this peer follows. */
interface Watch {
  readonly listeners: Set<(record: DhtRecord) => void>
  last: DhtRecord | undefined
  cancel: () => void
}

/** The subscriptions of this peer: renewed at all places of their records, each change told once. */
export class Watches {
  readonly #core: Core
  readonly #watches = new Map<Address, Watch>()

  constructor(core: Core) {
    this.#core = core
  }

  get size(): number {
    return this.#watches.size
  }

  has(address: Address): boolean {
    return this.#watches.has(address)
  }

  /** @param listener is told the record that stands, if there is one, and each better one. @returns ends it */
  add(address: Address, listener: (record: DhtRecord) => void): () => void {
    const watch = this.#watches.get(address) ?? {
      listeners: new Set(),
      last: undefined,
      cancel: () => {},
    }
    watch.listeners.add(listener)
    if (!this.#watches.has(address)) {
      this.#watches.set(address, watch)
      this.#renew(address, watch)
    } else if (watch.last !== undefined) listener(watch.last)
    return () => {
      watch.listeners.delete(listener)
      if (watch.listeners.size > 0) return
      watch.cancel()
      if (this.#watches.get(address) === watch) this.#watches.delete(address)
    }
  }

  /** Somebody says that a record is newer. */
  arrived(address: Address, bytes: Uint8Array): void {
    const watch = this.#watches.get(address)
    const record = watch && readRecord(bytes, address, this.#core.sha256)
    if (watch === undefined || record === undefined || !this.#isNews(watch, record)) return
    this.#core.proofs.checkRecord(record, (holds) => {
      if (holds) this.heard(record)
    })
  }

  /** A record whose signature holds. */
  heard(record: DhtRecord): void {
    const watch = this.#watches.get(record.address)
    if (watch === undefined || !this.#isNews(watch, record)) return
    watch.last = record
    for (const listener of [...watch.listeners]) listener(record)
  }

  close(): void {
    for (const { cancel } of this.#watches.values()) cancel()
    this.#watches.clear()
  }

  #isNews({ last }: Watch, record: DhtRecord): boolean {
    if (record.expiresAt <= this.#core.now()) return false
    if (last === undefined) return true
    if (last.seq === record.seq && last.value === record.value) return false
    const longerLife = { ...record, expiresAt: last.expiresAt }
    return compareRecords(longerLife, last, this.#core.sha256) > 0
  }

  #renew(address: Address, watch: Watch): void {
    const { proofs, after, limits, options, view, now } = this.#core
    const isAlone = view.size === 1
    const again = isAlone ? RETRY_MS : around(limits.renewMs, options.random)
    watch.cancel = after(again, () => this.#renew(address, watch))
    if (isAlone) return
    const said = { address, time: Math.floor(now()) }
    proofs.prove('lease', leaseBytes(said), (proof) => {
      const lease: Lease = { ...said, proof }
      for (let place = 0; place < PLACES; place++) this.#subscribe(lease, place, watch)
    })
  }

  #subscribe(lease: Lease, place: number, watch: Watch): void {
    const { address } = lease
    new Leg(this.#core, {
      place: this.#core.placesOf(address)[place] as PeerId,
      op: Op.subscribe,
      body: encodeSubscribe(lease, place, watch.last?.seq ?? -1),
      avoid: new Set(),
      heard: ({ id, body }, judge) =>
        hear(this.#core, address, id, body, (heard) => {
          if (heard?.record !== undefined) this.heard(heard.record)
          judge(heard !== undefined && heard.verdict === Verdict.stored)
        }),
      ended: () => {},
    })
  }
}
