import { Emitter, type Unsubscribe, wholeNumber } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import {
  type Address,
  addressBytes,
  addressOf,
  kindOf,
  RecordKind,
  type Target,
} from './address.ts'
import { Delivery, type Stored } from './delivery.ts'
import type { DhtEvents, DhtStats, Done, Draft, Explored, PutOptions } from './dht-types.ts'
import { Engine } from './engine.ts'
import { DhtError, type DhtErrorCode } from './errors.ts'
import { Op } from './frames.ts'
import { hear } from './hearing.ts'
import { type Found, Lookup } from './lookup.ts'
import type { DhtOptions, Signer } from './options.ts'
import { type DhtRecord, decodeRecord, MAX_VALUE_BYTES, type RecordContent } from './record.ts'

/**
 * A table of records that the peers of a network keep together, over the links they have. A record
 * lives with the peers whose ids are numerically closest to its key, and at two more places.
 *
 * Invariants:
 * 1. Every way to a place ends at the same peer, once those near it know each other.
 * 2. No peer accepts a record whose signature, hash or time does not hold; none is returned.
 * 3. Of two records of one address all replicas keep the same one, whatever the order of arrival.
 * 4. Nobody's clock lets a record win for longer than a minute over one that was written later.
 * 5. An answer is taken only from the neighbour that was asked.
 * 6. A record outlives any deaths that leave one of its replicas, and all as long as its owner keeps it.
 * 7. Memory is bounded by the options, whatever arrives.
 */
export class Dht {
  readonly #recordSigner: Signer | undefined
  readonly #engine: Engine
  readonly #events = new Emitter<DhtEvents>()
  /** What was stored before the restart is back; rejects with a `StoreError`. */
  readonly ready: Promise<void>
  #operations = 0
  #rejected = 0
  #closed = false

  /** @throws RangeError that names the option and what it got */
  constructor(options: DhtOptions) {
    this.#recordSigner = options.recordSigner ?? options.signer
    this.#engine = new Engine(options, {
      rejected: (from) => {
        this.#rejected++
        this.#events.emit('rejected', from)
      },
      overtaken: (mine, current) => this.#events.emit('overtaken', { mine, current }),
    })
    this.ready = this.#engine.memory?.load() ?? Promise.resolve()
    this.ready.catch(() => {})
  }

  get stats(): DhtStats {
    const { shelf, leases, watches, kept, paths, notices, memory } = this.#engine
    return {
      records: shelf.size,
      bytes: shelf.bytes,
      leases: leases.size,
      subscriptions: watches.size,
      kept: kept.size,
      operations: this.#operations,
      paths: paths.size,
      evicted: shelf.evicted,
      rejected: this.#rejected,
      dropped: notices.dropped,
      unwritten: memory?.failed ?? 0,
    }
  }

  on<E extends keyof DhtEvents>(event: E, listener: DhtEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** The address of a record. @throws RangeError if a part of its name is too long or too short */
  addressOf(target: Target): Address {
    return addressOf(target, this.#engine.sha256)
  }

  /** Addresses of the records that this peer holds now. */
  held(): Address[] {
    return [...this.#engine.shelf.items].map(({ record }) => record.address)
  }

  /** The record of an address that this peer holds itself. */
  peek(address: Address): DhtRecord | undefined {
    return this.#engine.shelf.live(address)
  }

  /**
   * Writes a record.
   * @throws RangeError if the value has more than 8 KiB, or a part of its name or an option is out
   * of bounds
   */
  put(draft: Draft, options: PutOptions, done: Done<Stored>): void {
    if (draft.value.length > MAX_VALUE_BYTES) {
      throw new RangeError(
        `a value has at most ${MAX_VALUE_BYTES} bytes, got ${draft.value.length}`,
      )
    }
    this.#write(draft, options, false, done)
  }

  /**
   * Writes that there is nothing any more; remembered as long as what was there would have lived.
   * @throws RangeError for an immutable record, which ends by itself
   */
  delete(
    draft:
      | { kind: 'signed'; salt?: Uint8Array; signer?: Signer }
      | { kind: 'public'; name: string },
    options: Omit<PutOptions, 'keep'>,
    done: Done<Stored>,
  ): void {
    const empty = { ...draft, value: new Uint8Array(0) }
    this.#write(empty, { ...options, keep: false }, true, done)
  }

  /** Reads a record. @param options.paths as the option of this name */
  get(of: Target | Address, options: { readonly paths?: number }, done: Done<Found>): void {
    const address = this.#toAddress(of)
    const paths = wholeNumber('paths', options.paths ?? this.#engine.limits.paths, 1, 3)
    const finish = this.#begin(done)
    if (finish !== undefined) new Lookup(this.#engine, address, paths, finish)
  }

  /**
   * Follows a record: `listener` is told what stands, if anything does, and each better record, also
   * that it was deleted.
   * @returns ends it
   * @throws DhtError `BUSY` for one more than `maxSubscriptions`; `CLOSED`
   */
  subscribe(of: Target | Address, listener: (record: DhtRecord) => void): Unsubscribe {
    const { watches, limits } = this.#engine
    const address = this.#toAddress(of)
    if (this.#closed) throw new DhtError('CLOSED', 'the table is closed')
    if (!watches.has(address) && watches.size >= limits.maxSubscriptions) {
      throw new DhtError('BUSY', `at most ${limits.maxSubscriptions} subscriptions`)
    }
    return watches.add(address, listener)
  }

  /** Stops putting a record again; it ends when its time is over. */
  release(of: Target | Address): void {
    this.#engine.kept.delete(this.#toAddress(of))
  }

  /** Shows who holds a record, and the way there. @param place 0, or 1 or 2 for the others */
  explore(of: Target | Address, options: { readonly place?: number }, done: Done<Explored>): void {
    const address = this.#toAddress(of)
    const place = this.#engine.placesOf(address)[
      wholeNumber('place', options.place ?? 0, 0, 2)
    ] as PeerId
    const finish = this.#begin(done)
    if (finish === undefined) return
    const body = addressBytes(address)
    this.#engine.router.ask({ place, op: Op.get, body, trace: true }, (reply) => {
      const fail = () => finish(failure('UNREACHABLE', 'nobody answered'))
      if (reply === undefined) return fail()
      hear(this.#engine, address, reply.id, reply.body, (heard) => {
        if (heard === undefined) return fail()
        const replicas = [...heard.testimonies].map(([id, { holds, seq }]) => ({ id, holds, seq }))
        finish({ ok: true, value: { address, place, path: reply.trace ?? [], replicas } })
      })
    })
  }

  /** Ends everything and lets go of the transport. @returns when the store has all; it is not closed */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#engine.close()
    this.#events.clear()
    await this.#engine.memory?.flush()
  }

  #toAddress(of: Target | Address): Address {
    return typeof of === 'string' ? of : this.addressOf(of)
  }

  #write(draft: Draft, options: PutOptions, deleted: boolean, done: Done<Stored>): void {
    const { limits, sha256 } = this.#engine
    const { value } = draft
    const ttlMs = wholeNumber('ttlMs', options.ttlMs ?? limits.ttlMs, 1, limits.maxTtlMs)
    if (draft.kind === 'immutable') {
      const named = { kind: RecordKind.immutable, value, deleted: false, seq: 0 }
      const finish = this.#begin(done)
      if (finish !== undefined) this.#send(named, undefined, 0, { ...options, ttlMs }, finish)
      return
    }
    const signer = draft.kind === 'signed' ? (draft.signer ?? this.#recordSigner) : undefined
    if (draft.kind === 'signed' && signer === undefined) {
      done(failure('NO_KEY', 'there is no key to sign with'))
      return
    }
    const salt = draft.kind === 'signed' ? (draft.salt ?? new Uint8Array(0)) : undefined
    const target: Target =
      draft.kind === 'signed'
        ? { kind: 'signed', key: (signer as Signer).key, salt: salt as Uint8Array }
        : draft
    const address = addressOf(target, sha256)
    const kind = kindOf(address)
    const named = {
      ...{ kind, value, deleted },
      ...(draft.kind === 'public'
        ? { name: draft.name }
        : { key: (signer as Signer).key, salt: salt as Uint8Array }),
    }
    const finish = this.#begin(done)
    if (finish === undefined) return
    const all = { ...options, ttlMs }
    if (draft.kind === 'signed' && options.seq !== undefined) {
      this.#send({ ...named, seq: options.seq }, signer, 0, all, finish)
      return
    }
    new Lookup(this.#engine, address, limits.paths, (outcome) => {
      if (!outcome.ok) return finish(outcome)
      const { record } = outcome.value
      const next = (record?.seq ?? 0) + 1
      const now = Math.floor(this.#engine.now())
      const seq = draft.kind === 'public' ? Math.max(now, next) : next
      const stands = record === undefined || record.deleted ? 0 : record.seq
      if (options.expected !== undefined && options.expected !== stands) {
        const error = new DhtError('CHANGED', `number ${stands} stands, not ${options.expected}`)
        return finish({ ok: false, error, ...(record && { current: record }) })
      }
      this.#send({ ...named, seq }, signer, deleted ? (record?.expiresAt ?? 0) : 0, all, finish)
    })
  }

  #send(
    content: Omit<RecordContent, 'expiresAt'>,
    signer: Signer | undefined,
    leastExpiry: number,
    { ttlMs, expected, keep = true }: PutOptions & { readonly ttlMs: number },
    done: Done<Stored>,
  ): void {
    const { proofs, sha256, now, kept, limits, watches } = this.#engine
    const expiresAt = Math.max(Math.floor(now() + ttlMs), leastExpiry)
    proofs.sealRecord({ ...content, expiresAt }, signer, (bytes) => {
      if (bytes === undefined) return done(failure('NO_KEY', 'the key did not sign'))
      const record = decodeRecord(bytes, sha256)
      const { address } = record
      if (keep && !kept.has(address) && kept.size >= limits.maxKept) {
        return done(failure('BUSY', `at most ${limits.maxKept} records are kept`))
      }
      // From the beginning, so that it hears of a better one that comes meanwhile.
      const undo = keep ? kept.add(record, signer, ttlMs) : undefined
      new Delivery(this.#engine, record, expected, (outcome) => {
        if (!outcome.ok) undo?.()
        else if (!keep) kept.delete(address)
        if (outcome.ok) watches.heard(record)
        done(outcome)
      })
    })
  }

  /** Counts one more operation. @returns ends it; undefined if there are too many, which `done` is told */
  #begin<T>(done: Done<T>): Done<T> | undefined {
    const { maxOperations } = this.#engine.limits
    if (this.#closed || this.#operations >= maxOperations) {
      if (this.#closed) done(failure('CLOSED', 'the table is closed'))
      else done(failure('BUSY', `at most ${maxOperations} operations`))
      return undefined
    }
    this.#operations++
    return (outcome) => {
      this.#operations--
      done(outcome)
    }
  }
}

function failure(code: DhtErrorCode, message: string): { ok: false; error: DhtError } {
  return { ok: false, error: new DhtError(code, message) }
}
