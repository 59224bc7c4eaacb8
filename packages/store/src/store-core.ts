import type { EngineOperation, StoreEngine } from './engine.ts'
import { OPERATION_BYTES, type StoreLimits } from './limits.ts'
import { FIRST_PAGE_ENTRIES, nextPageEntries, PAGE_BYTES } from './page-entries.ts'
import { isEmpty, type Span, spanAfter } from './span.ts'
import type { StoreEntry } from './store.ts'
import { StoreError } from './store-error.ts'

/** What a store and all its views share: the engine, and what has begun and not ended. */
export class StoreCore {
  readonly limits: StoreLimits
  readonly #engine: StoreEngine
  #pendingBytes = 0
  #openRanges = 0
  #closing: Promise<void> | undefined
  #becameIdle: (() => void) | undefined

  constructor(engine: StoreEngine, limits: StoreLimits) {
    this.#engine = engine
    this.limits = limits
  }

  get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#run(key.length + OPERATION_BYTES, () => this.#engine.get(key))
  }

  /** @param bytes what the batch counts towards the limits */
  batch(operations: readonly EngineOperation[], bytes: number, durable: boolean): Promise<void> {
    return this.#run(bytes, async () => {
      if (operations.length > 0) await this.#engine.batch(operations, durable)
    })
  }

  /** A range in pieces; counted as open from the first step to the end. */
  async *pages(span: Span, limit: number): AsyncGenerator<readonly StoreEntry[], void, undefined> {
    if (this.#openRanges >= this.limits.maxOpenRanges) {
      const message = `${this.#openRanges} ranges are open; read them to their end or leave them, or raise maxOpenRanges`
      throw new StoreError('BUSY', message)
    }
    this.#openRanges++
    try {
      let rest = span
      let left = limit
      let wanted = FIRST_PAGE_ENTRIES
      while (left > 0 && !isEmpty(rest)) {
        const { entries, more } = await this.#page(rest, Math.min(wanted, left))
        const last = entries.at(-1)
        if (last !== undefined) rest = spanAfter(rest, last.key)
        left -= entries.length
        wanted = nextPageEntries(entries)
        // Who receives them may do with them as it likes.
        yield entries
        if (!more || last === undefined) return
      }
    } finally {
      this.#openRanges--
    }
  }

  #page(span: Span, entries: number): ReturnType<StoreEngine['page']> {
    const cost = span.gte.length + OPERATION_BYTES
    return this.#run(cost, () => this.#engine.page(span, entries, PAGE_BYTES))
  }

  /** Lets go of the engine once everything that has begun has ended; nothing begins any more. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    if (this.#pendingBytes > 0) {
      await new Promise<void>((resolve) => {
        this.#becameIdle = resolve
      })
    }
    await this.#engine.close()
  }

  /** Does one thing, counted towards what has begun and not ended. */
  async #run<T>(cost: number, work: () => Promise<T>): Promise<T> {
    const { maxPendingBytes } = this.limits
    if (this.#pendingBytes > 0 && this.#pendingBytes + cost > maxPendingBytes) {
      const message = `${this.#pendingBytes} bytes have begun and not ended, maxPendingBytes is ${maxPendingBytes}; wait for what was asked before asking for more`
      throw new StoreError('BUSY', message)
    }
    this.#pendingBytes += cost
    try {
      return await work()
    } finally {
      this.#pendingBytes -= cost
      if (this.#pendingBytes === 0) this.#becameIdle?.()
    }
  }
}
