import { joinBytes } from './bytes.ts'
import { checkBatch } from './check-batch.ts'
import { checkKey } from './check-key.ts'
import type { StoreEngine } from './engine.ts'
import { type Key, keyBytes } from './key.ts'
import { type StoreLimits, storeLimits } from './limits.ts'
import { limitOf, type Span, spanOf, spanWithin } from './span.ts'
import type { BatchOperation, BatchOptions, RangeOptions, Store, StoreEntry } from './store.ts'
import { StoreCore } from './store-core.ts'
import { StoreError } from './store-error.ts'

/**
 * A store over an engine: how adapters are made.
 * @param engine belongs to the store from now on
 * @throws RangeError if a limit is no positive whole number
 */
export function createStore(engine: StoreEngine, limits: Partial<StoreLimits> = {}): Store {
  return new PrefixStore(new StoreCore(engine, storeLimits(limits)), new Uint8Array(0))
}

/** The keys of a core that begin with a prefix, shown without it: the whole store, or a view. */
class PrefixStore implements Store {
  readonly #core: StoreCore
  readonly #prefix: Uint8Array
  readonly #parent: PrefixStore | undefined
  readonly #maxKeyBytes: number
  #closed = false

  /** @param parent whose view this is */
  constructor(core: StoreCore, prefix: Uint8Array, parent?: PrefixStore) {
    this.#core = core
    this.#prefix = prefix
    this.#parent = parent
    this.#maxKeyBytes = core.limits.maxKeyBytes - prefix.length
  }

  async get(key: Key): Promise<Uint8Array | undefined> {
    this.#mustBeOpen()
    return this.#core.get(joinBytes(this.#prefix, checkKey(key, this.#maxKeyBytes)))
  }

  range(options: RangeOptions = {}): AsyncGenerator<StoreEntry, void, undefined> {
    const span = spanOf(options, this.#maxKeyBytes)
    return this.#range(spanWithin(span, this.#prefix), limitOf(options))
  }

  async batch(given: readonly BatchOperation[], options: BatchOptions = {}): Promise<void> {
    this.#mustBeOpen()
    const { operations, bytes } = checkBatch(given, this.#prefix, this.#core.limits)
    await this.#core.batch(operations, bytes, options.durable === true)
  }

  sub(name: string): Store {
    if (typeof name !== 'string') throw new TypeError(`a name is text, got ${typeof name}`)
    if (name === '' || name.includes('\0')) {
      throw new RangeError('the name of a view is not empty and holds no U+0000')
    }
    // No name is the beginning of another: the zero byte ends it.
    const prefix = joinBytes(this.#prefix, keyBytes(`${name}\0`))
    const { maxKeyBytes } = this.#core.limits
    if (prefix.length < maxKeyBytes) return new PrefixStore(this.#core, prefix, this)
    const message = `the name leaves nothing of ${maxKeyBytes} bytes for keys; shorten it, or raise maxKeyBytes`
    throw new StoreError('TOO_LARGE', message)
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#parent === undefined) await this.#core.close()
  }

  async *#range(span: Span, limit: number): AsyncGenerator<StoreEntry, void, undefined> {
    this.#mustBeOpen()
    for await (const page of this.#core.pages(span, limit)) {
      for (const entry of page) {
        this.#mustBeOpen()
        yield this.#outside(entry)
      }
    }
  }

  #outside(entry: StoreEntry): StoreEntry {
    const { length } = this.#prefix
    return length === 0 ? entry : { key: entry.key.slice(length), value: entry.value }
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new StoreError('CLOSED', 'the store was closed; open it again')
    if (this.#parent !== undefined) this.#parent.#mustBeOpen()
  }
}
