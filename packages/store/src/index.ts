/**
 * Ordered keys and values that survive: the contract, and what keeps it in memory. `/idb` keeps it
 * in browsers, `/level` in Node, `/testing` tells whether another one does.
 * @module
 */

export { createStore } from './create-store.ts'
export type { EngineOperation, EnginePage, StoreEngine } from './engine.ts'
export { type Key, keyText } from './key.ts'
export type { StoreLimits } from './limits.ts'
export { MemoryEngine } from './memory/memory-engine.ts'
export { type MemoryStoreOptions, memoryStore } from './memory/memory-store.ts'
export type { Span } from './span.ts'
export type { BatchOperation, BatchOptions, RangeOptions, Store, StoreEntry } from './store.ts'
export { StoreError, type StoreErrorCode } from './store-error.ts'
