import { createStore } from '../create-store.ts'
import type { StoreLimits } from '../limits.ts'
import type { Store } from '../store.ts'
import { MemoryEngine } from './memory-engine.ts'

/** Options of {@link memoryStore}. */
export interface MemoryStoreOptions extends Partial<StoreLimits> {
  /** Bytes of keys, values and 32 for each entry that fit. Default 64 MiB. */
  readonly maxBytes?: number
}

/**
 * A store in memory, gone when the program ends; `durable` changes nothing.
 * @throws RangeError if a limit is no positive whole number
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  return createStore(new MemoryEngine(options.maxBytes), options)
}
