/**
 * What every store must do, as cases that any adapter can run, and a disk in memory that fails
 * when a test wants it to. Runs in Node and in browsers and brings its own assertions.
 * @module
 */

export type { StoreAbility, StoreCase, StoreHarness } from './testing/harness.ts'
export { storeContract } from './testing/store-contract.ts'
export { TestDisk } from './testing/test-disk.ts'
