/**
 * Keeps a store in the browser's IndexedDB.
 * @module
 */

export { type IdbStoreOptions, openIdbStore } from './idb/idb-store.ts'
