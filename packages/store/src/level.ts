/**
 * Keeps a store in a directory, with LevelDB; for Node.
 * @module
 */

export { type LevelStoreOptions, openLevelStore } from './level/level-store.ts'
