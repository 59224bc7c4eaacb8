import { createStore } from '../create-store.ts'
import { type StoreLimits, storeLimits } from '../limits.ts'
import type { Store } from '../store.ts'
import { StoreError } from '../store-error.ts'
import { IdbEngine } from './idb-engine.ts'

/** Options of {@link openIdbStore}. */
export interface IdbStoreOptions extends Partial<StoreLimits> {}

/**
 * Opens a store in the IndexedDB of this page or worker, over idb-keyval; makes it if there is
 * none. Several tabs may have it open at once: their batches follow one another, each whole.
 *
 * A durable batch asks the browser for strict durability. The browser may throw everything away
 * when the disk is full, unless `navigator.storage.persist()` was granted.
 * @param database name of a database that holds nothing else
 * @throws RangeError if the name is empty or a limit no positive whole number, StoreError `UNAVAILABLE` if there is no IndexedDB here,
 * `FAILED` if it does not open
 */
export async function openIdbStore(
  database: string,
  options: IdbStoreOptions = {},
): Promise<Store> {
  const limits = storeLimits(options)
  if (database === '') throw new RangeError('the database needs a name')
  if (globalThis.indexedDB === undefined) {
    throw new StoreError('UNAVAILABLE', 'there is no IndexedDB here; keep the store in memory')
  }
  const engine = new IdbEngine(database)
  await engine.open()
  return createStore(engine, limits)
}
