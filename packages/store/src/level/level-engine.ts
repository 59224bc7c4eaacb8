import type { ClassicLevel } from 'classic-level'
import type { EngineOperation, EnginePage, StoreEngine } from '../engine.ts'
import type { Span } from '../span.ts'
import { levelError } from './level-error.ts'
import { requireRoom } from './require-room.ts'
import { WriteQueue } from './write-queue.ts'

/** Entries in LevelDB. */
export class LevelEngine implements StoreEngine {
  readonly #level: ClassicLevel<Uint8Array, Uint8Array>
  readonly #queue: WriteQueue
  #isDamaged = false
  #reopening: Promise<void> | undefined

  constructor(level: ClassicLevel<Uint8Array, Uint8Array>) {
    this.#level = level
    this.#queue = new WriteQueue((operations, durable) => this.#write(operations, durable))
  }

  open(): Promise<void> {
    return this.#attempt('open', () => this.#level.open())
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const value = await this.#read(() => this.#level.get(key))
    return value && plain(value)
  }

  async page(span: Span, entries: number, bytes: number): Promise<EnginePage> {
    const found = await this.#read(() => this.#page(span, entries, bytes))
    let held = 0
    const page = found.map(([key, value]) => {
      held += key.length + value.length
      return { key: plain(key), value: plain(value) }
    })
    return { entries: page, more: page.length === entries || held > bytes }
  }

  batch(operations: readonly EngineOperation[], durable: boolean): Promise<void> {
    return this.#queue.add(operations, durable)
  }

  close(): Promise<void> {
    return this.#attempt('close', () => this.#level.close())
  }

  /** A page has an iterator of its own: one that is held keeps files from being removed. */
  async #page(span: Span, size: number, bytes: number): Promise<[Uint8Array, Uint8Array][]> {
    const { gte, lt, reverse } = span
    const bounds = lt ? { gte, lt } : { gte }
    const iterator = this.#level.iterator({
      ...bounds,
      reverse,
      limit: size,
      highWaterMarkBytes: bytes,
    })
    try {
      return await iterator.nextv(size)
    } finally {
      await iterator.close()
    }
  }

  /**
   * After a write that failed half-way the end of LevelDB's log is not where it takes it to be,
   * and what it writes behind may not be found again. Opening it anew begins a new log.
   */
  async #write(operations: readonly EngineOperation[], sync: boolean): Promise<void> {
    if (this.#isDamaged) {
      await this.#attempt('write', () => requireRoom(this.#level.location))
      await this.#reopen()
    }
    const batch = operations.map(({ key, value }) =>
      value ? { type: 'put' as const, key, value } : { type: 'del' as const, key },
    )
    await this.#attempt('write', async () => {
      this.#isDamaged = true
      await this.#level.batch(batch, { sync })
      this.#isDamaged = false
    })
  }

  /** Reads, also while LevelDB is opened anew. */
  async #read<T>(read: () => Promise<T>): Promise<T> {
    if (this.#level.status !== 'open') await this.#reopen()
    return this.#attempt('read', () =>
      read().catch(async (error) => {
        if (this.#reopening === undefined) throw error
        await this.#reopening
        return read()
      }),
    )
  }

  #reopen(): Promise<void> {
    this.#reopening ??= this.#attempt('open', async () => {
      await this.#level.close()
      await this.#level.open()
      this.#isDamaged = false
    }).finally(() => {
      this.#reopening = undefined
    })
    return this.#reopening
  }

  async #attempt<T>(what: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run()
    } catch (error) {
      throw levelError(what, this.#level.location, error)
    }
  }
}

/** A `Buffer` is no plain `Uint8Array`: its `slice` does not copy. */
const plain = (bytes: Uint8Array): Uint8Array =>
  bytes.constructor === Uint8Array
    ? bytes
    : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
