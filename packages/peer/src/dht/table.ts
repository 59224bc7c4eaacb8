import {
  type Dht,
  DhtError,
  type DhtRecord,
  type DhtStats,
  type Done,
  type Explored,
  getLarge,
  MAX_VALUE_BYTES,
  putLarge,
  type Stored,
  type Target,
} from '@pigeon/dht'
import { Emitter, type Unsubscribe } from '@pigeon/transport'
import { abortable } from '../channels/abortable.ts'
import { decodeValue } from '../channels/decode-value.ts'
import { encodeValue } from '../channels/encode-value.ts'
import type { Value } from '../channels/value.ts'
import type { Abortable, DhtTableEvents, TableEntry, Whose, WriteOptions } from './table-options.ts'

/** How often an update begins again when somebody else wrote in between. */
const UPDATES = 8

/** The parts of a value that go into a `DhtTable`. */
export interface DhtTableParts {
  readonly dht: Dht
  readonly sha256: (bytes: Uint8Array) => Uint8Array
  /** The key that entries are signed with. */
  readonly key: Uint8Array
}

/**
 * Values that the peers of a network keep together. Made by `openDht`; every method that takes
 * time rejects with a `DhtError`, of code `ABORTED` when its signal ends it.
 */
export class DhtTable {
  /** The key whose entries are this peer's own. */
  readonly key: Uint8Array
  readonly #dht: Dht
  readonly #sha256: (bytes: Uint8Array) => Uint8Array
  readonly #events = new Emitter<DhtTableEvents>()

  constructor({ dht, sha256, key }: DhtTableParts) {
    this.#dht = dht
    this.#sha256 = sha256
    this.key = key
    dht.on('overtaken', (event) => this.#events.emit('overtaken', event))
  }

  /** What was stored before the restart is back. @throws StoreError by rejection */
  get ready(): Promise<void> {
    return this.#dht.ready
  }

  /** Counters, and what is held here. */
  get stats(): DhtStats {
    return this.#dht.stats
  }

  on<E extends keyof DhtTableEvents>(event: E, listener: DhtTableEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /**
   * Writes a value under a name.
   * @param name 1 to 64 bytes of UTF-8; 128 with `anybody`
   * @throws RangeError if the name is too long, or the value has more than 8 KiB
   */
  put(name: string, value: Value, options: WriteOptions = {}): Promise<Stored> {
    const encoded = encodeValue(value)
    return this.#write(options, (done) =>
      this.#dht.put({ ...this.#draft(name, options), value: encoded }, options, done),
    )
  }

  /** Reads a value. @returns undefined if replicas agree that there is none */
  async get(
    name: string,
    options: Whose & Abortable & { readonly paths?: number } = {},
  ): Promise<TableEntry | undefined> {
    return toEntry(await this.#read(this.#target(name, options), options))
  }

  /**
   * Changes a value, however many do so at once.
   * @param change makes the new value of what stands; may run several times
   */
  async update(
    name: string,
    change: (value: Value | undefined) => Value,
    options: Omit<WriteOptions, 'expected'> = {},
  ): Promise<Stored> {
    const whose: Whose = options.anybody ? { owner: 'anybody' } : {}
    for (let round = 1; ; round++) {
      const before = await this.get(name, { ...whose, ...options })
      const value = change(before?.value)
      try {
        return await this.put(name, value, { ...options, expected: before?.seq ?? 0 })
      } catch (error) {
        const isLate = error instanceof DhtError && LATE.includes(error.code)
        if (!isLate || round === UPDATES) throw error
      }
    }
  }

  /** Removes a value, for as long as it would have lived. */
  delete(name: string, options: Omit<WriteOptions, 'keep'> = {}): Promise<Stored> {
    return this.#write(options, (done) =>
      this.#dht.delete(this.#draft(name, options), options, done),
    )
  }

  /**
   * Follows a value: what stands, and each change; undefined when it is removed.
   * @returns ends it, as the signal does
   * @throws DhtError `BUSY` for too many
   */
  subscribe(
    name: string,
    listener: (entry: TableEntry | undefined) => void,
    { signal, ...whose }: Whose & Abortable = {},
  ): Unsubscribe {
    if (signal?.aborted) return () => {}
    const end = this.#dht.subscribe(this.#target(name, whose), (record) => {
      try {
        listener(toEntry(record))
      } catch (error) {
        void Promise.reject(error)
      }
    })
    const stop = () => {
      signal?.removeEventListener('abort', stop)
      end()
    }
    signal?.addEventListener('abort', stop)
    return stop
  }

  /**
   * Puts bytes that are named by what they are: at most 8 KiB in one record, else in a tree of them.
   * @returns their name, 33 bytes: it is all that {@link fetch} needs
   */
  async store(
    bytes: Uint8Array,
    options: Omit<WriteOptions, 'anybody' | 'expected'> = {},
  ): Promise<Uint8Array> {
    const put = async (value: Uint8Array) => {
      await this.#write(options, (done) =>
        this.#dht.put({ kind: 'immutable', value }, options, done),
      )
      return this.#sha256(value)
    }
    const isLarge = bytes.length > MAX_VALUE_BYTES
    const hash = await (isLarge ? putLarge(bytes, put) : put(bytes))
    return Uint8Array.of(Number(isLarge), ...hash)
  }

  /** Gets what {@link store} put. @returns undefined if a part is not there */
  fetch(name: Uint8Array, options: Abortable = {}): Promise<Uint8Array | undefined> {
    const get = async (hash: Uint8Array) =>
      (await this.#read({ kind: 'immutable', hash }, options))?.value
    return name[0] === 1 ? getLarge(name.subarray(1), get) : get(name.subarray(1))
  }

  /** Who holds an entry, and the way there, to be drawn. @param options.place 0 to 2 */
  explore(
    name: string,
    { signal, place = 0, ...whose }: Whose & Abortable & { readonly place?: number } = {},
  ): Promise<Explored> {
    return this.#promise(signal, (done) =>
      this.#dht.explore(this.#target(name, whose), { place }, done),
    )
  }

  /** Ends subscriptions and writes what is not stored yet. The mesh does it when it closes. */
  close(): Promise<void> {
    this.#events.clear()
    return this.#dht.close()
  }

  #draft(name: string, { anybody = false }: WriteOptions) {
    if (anybody) return { kind: 'public', name } as const
    return { kind: 'signed', salt: encoder.encode(name) } as const
  }

  #target(name: string, { owner = this.key }: Whose): Target {
    if (owner === 'anybody') return { kind: 'public', name }
    return { kind: 'signed', key: owner, salt: encoder.encode(name) }
  }

  async #read(
    target: Target,
    { signal, paths }: Abortable & { readonly paths?: number },
  ): Promise<DhtRecord | undefined> {
    const options = paths === undefined ? {} : { paths }
    const { record } = await this.#promise<{ record: DhtRecord | undefined }>(signal, (done) =>
      this.#dht.get(target, options, done),
    )
    return record?.deleted ? undefined : record
  }

  async #write({ signal }: Abortable, begin: (done: Done<Stored>) => void): Promise<Stored> {
    return await this.#promise(signal, begin)
  }

  #promise<T>(signal: AbortSignal | undefined, begin: (done: Done<T>) => void): Promise<T> {
    const aborted = (cause: unknown) => new DhtError('ABORTED', 'it was aborted', { cause })
    return abortable<T>(
      signal,
      (resolve, reject) => {
        begin((outcome) => {
          if (outcome.ok) resolve(outcome.value)
          else reject(outcome.error)
        })
        return () => {}
      },
      aborted,
    )
  }
}

const encoder = new TextEncoder()

/** Somebody else wrote in between. */
const LATE: readonly string[] = ['CHANGED', 'OUTDATED', 'CONFLICT']

function toEntry(record: DhtRecord | undefined): TableEntry | undefined {
  if (record === undefined || record.deleted) return undefined
  const { seq, expiresAt, value } = record
  return { value: decodeValue(value) as Value, seq, expiresAt: new Date(expiresAt) }
}
