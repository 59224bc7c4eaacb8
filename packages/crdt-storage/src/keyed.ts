/**
 * Values under keys, with owners, as PeerPigeon's storage names it.
 * @module
 */
export type { Claim } from './keyed/claim.ts'
export { type Directory, MemoryDirectory } from './keyed/directory.ts'
export {
  DistributedStorage,
  type DistributedStorageEvents,
  type KeyOptions,
  type StoreOptions,
} from './keyed/distributed-storage.ts'
export type { DistributedStorageOptions } from './keyed/keyed-spaces.ts'
