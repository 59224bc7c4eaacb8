/**
 * Trees inside one process, on any clock: for tests, simulations, and for trying things.
 * @module
 */
export { MemoryTrees, type MemoryTreesOptions, type MemoryWorld } from './memory-trees.ts'
