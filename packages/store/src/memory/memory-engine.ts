import type { EngineOperation, EnginePage, StoreEngine } from '../engine.ts'
import { OPERATION_BYTES, positiveWhole } from '../limits.ts'
import type { Span } from '../span.ts'
import { StoreError } from '../store-error.ts'
import { SortedEntries } from './sorted-entries.ts'

/** Keeps entries in memory. Many stores, one after the other or at once, may share an engine. */
export class MemoryEngine implements StoreEngine {
  /** Keys, values and 32 bytes for each entry that fit; may be changed at any time. */
  maxBytes: number
  readonly #entries = new SortedEntries()
  #bytes = 0

  /**
   * @param maxBytes of keys, values and 32 for each entry. Default 64 MiB.
   * @throws RangeError if it is no positive whole number
   */
  constructor(maxBytes: number = 64 * 1024 * 1024) {
    this.maxBytes = positiveWhole('maxBytes', maxBytes)
  }

  /** Bytes that are taken, counted as `maxBytes`. */
  get bytes(): number {
    return this.#bytes
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#entries.get(key)?.slice()
  }

  async page(span: Span, entries: number, bytes: number): Promise<EnginePage> {
    const page = this.#entries.page(span, entries, bytes)
    const copies = page.entries.map(({ key, value }) => ({
      key: new Uint8Array(key),
      value: new Uint8Array(value),
    }))
    return { entries: copies, more: page.more }
  }

  async batch(operations: readonly EngineOperation[]): Promise<void> {
    this.apply(operations)
  }

  /**
   * A batch, at once.
   * @returns what takes it back
   * @throws StoreError `QUOTA` if there is no room; then nothing has changed
   */
  apply(operations: readonly EngineOperation[]): EngineOperation[] {
    const before = this.#bytes
    const undo = operations.map((operation) => this.#set(operation)).reverse()
    const missing = this.#bytes - this.maxBytes
    // What makes it smaller always fits.
    if (missing <= 0 || this.#bytes <= before) return undo
    for (const operation of undo) this.#set(operation)
    const message = `${missing} bytes do not fit into the ${this.maxBytes} of this store; delete something, or raise maxBytes`
    throw new StoreError('QUOTA', message)
  }

  async close(): Promise<void> {}

  /** @returns what takes it back */
  #set({ key, value }: EngineOperation): EngineOperation {
    const old = this.#entries.get(key)
    this.#bytes += cost(key, value) - cost(key, old)
    this.#entries.set(key, value)
    return { key, value: old }
  }
}

const cost = (key: Uint8Array, value: Uint8Array | undefined): number =>
  value ? key.length + value.length + OPERATION_BYTES : 0
