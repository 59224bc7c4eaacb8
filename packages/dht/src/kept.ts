import type { Address } from './address.ts'
import type { Core } from './core.ts'
import { Delivery } from './delivery.ts'
import { around } from './dice.ts'
import type { Signer } from './options.ts'
import { compareRecords, type DhtRecord, decodeRecord } from './record.ts'

/** A record of this peer, and how it is put again. */
interface Own {
  readonly record: DhtRecord
  readonly signer: Signer | undefined
  readonly ttlMs: number
  readonly cancel: () => void
}

/** How soon a record that could not be put is put again, ms. */
const RETRY_MS = 10_000

/** Puts this peer's own records again before they end, as long as nothing newer is there. */
export class Kept {
  readonly #core: Core
  readonly #own = new Map<Address, Own>()
  readonly #overtaken: (mine: DhtRecord, current: DhtRecord) => void

  /** @param overtaken is told when a record stands that is not this peer's */
  constructor(core: Core, overtaken: (mine: DhtRecord, current: DhtRecord) => void) {
    this.#core = core
    this.#overtaken = overtaken
  }

  get size(): number {
    return this.#own.size
  }

  has(address: Address): boolean {
    return this.#own.has(address)
  }

  /** @returns undoes it: what was kept before is kept again */
  add(record: DhtRecord, signer: Signer | undefined, ttlMs: number, soon = false): () => void {
    const { after, options } = this.#core
    const before = this.#own.get(record.address)
    this.delete(record.address)
    const ms = soon ? Math.min(RETRY_MS, ttlMs / 4) : around(ttlMs / 2, options.random)
    const cancel = after(ms, () => this.#again(record, signer, ttlMs))
    this.#own.set(record.address, { record, signer, ttlMs, cancel })
    return () => {
      if (this.#own.get(record.address)?.record !== record) return
      this.delete(record.address)
      if (before !== undefined) this.add(before.record, before.signer, before.ttlMs)
    }
  }

  delete(address: Address): void {
    this.#own.get(address)?.cancel()
    this.#own.delete(address)
  }

  /** A record whose signature holds. */
  heard(record: DhtRecord): void {
    const mine = this.#own.get(record.address)?.record
    if (mine === undefined || mine.seq > record.seq) return
    const sameLife = { ...record, expiresAt: mine.expiresAt }
    if (compareRecords(sameLife, mine, this.#core.sha256) <= 0) return
    this.delete(record.address)
    this.#overtaken(mine, record)
  }

  close(): void {
    for (const { cancel } of this.#own.values()) cancel()
    this.#own.clear()
  }

  #again(before: DhtRecord, signer: Signer | undefined, ttlMs: number): void {
    const { proofs, now, sha256 } = this.#core
    const content = { ...before, expiresAt: Math.floor(now() + ttlMs) }
    proofs.sealRecord(content, signer, (bytes) => {
      if (this.#own.get(before.address)?.record !== before) return
      if (bytes === undefined) return void this.add(before, signer, ttlMs, true)
      const record = decodeRecord(bytes, sha256)
      this.add(record, signer, ttlMs)
      new Delivery(this.#core, record, undefined, (outcome) => {
        if (this.#own.get(record.address)?.record !== record || outcome.ok) return
        if (outcome.current === undefined) this.add(record, signer, ttlMs, true)
        else this.heard(outcome.current)
      })
    })
  }
}
