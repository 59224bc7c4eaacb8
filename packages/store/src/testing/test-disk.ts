import { createStore } from '../create-store.ts'
import type { EngineOperation, StoreEngine } from '../engine.ts'
import type { StoreLimits } from '../limits.ts'
import { MemoryEngine } from '../memory/memory-engine.ts'
import type { Store } from '../store.ts'
import { StoreError } from '../store-error.ts'

/**
 * A disk in memory, for tests and simulations: it keeps what stores on it were given when they
 * are opened again, loses what was not durable when it crashes, and fails when told to.
 */
export class TestDisk {
  readonly #memory: MemoryEngine
  readonly #maxBytes: number
  /** How everything was when it was last made durable; by key. */
  #lost = new Map<string, EngineOperation>()
  #crashes = 0
  #failure: Error | undefined

  /** @param maxBytes as of {@link MemoryEngine}. Default 64 MiB. */
  constructor(maxBytes?: number) {
    this.#memory = new MemoryEngine(maxBytes)
    this.#maxBytes = this.#memory.maxBytes
  }

  /** Opens a store on it; several may be open at once. */
  open(limits?: Partial<StoreLimits>): Store {
    return createStore(this.#engine(), limits)
  }

  /** As when power is lost: what was not durable is gone, and stores that are open fail for good. */
  crash(): void {
    this.#crashes++
    this.limitRoom(undefined)
    this.#memory.apply([...this.#lost.values()])
    this.#lost.clear()
  }

  /** The next batch fails, leaving nothing. */
  failNextBatch(error: Error = new StoreError('FAILED', 'the disk was told to fail')): void {
    this.#failure = error
  }

  /** Leaves room for so many bytes more, or for as many as it was made for. */
  limitRoom(bytes: number | undefined): void {
    this.#memory.maxBytes = bytes === undefined ? this.#maxBytes : this.#memory.bytes + bytes
  }

  #engine(): StoreEngine {
    const crashes = this.#crashes
    const alive = (): MemoryEngine => {
      if (this.#crashes === crashes) return this.#memory
      throw new StoreError('FAILED', 'the disk crashed; open the store again')
    }
    return {
      get: async (key) => alive().get(key),
      page: async (...request) => alive().page(...request),
      batch: async (operations, durable) => this.#batch(alive(), operations, durable),
      close: async () => {},
    }
  }

  #batch(memory: MemoryEngine, operations: readonly EngineOperation[], durable: boolean): void {
    const failure = this.#failure
    this.#failure = undefined
    if (failure !== undefined) throw failure
    const undo = memory.apply(operations).reverse()
    for (const [index, old] of undo.entries()) {
      const name = old.key.join()
      const before = this.#lost.get(name) ?? old
      // What came and went needs no mending.
      const isMended = before.value === undefined && operations[index]?.value === undefined
      if (isMended) this.#lost.delete(name)
      else this.#lost.set(name, before)
    }
    if (durable) this.#lost.clear()
  }
}
