/**
 * A network as a store that any framework can follow.
 * @module
 */
export { joinStore, type MeshSnapshot, type MeshStore } from './join-store.ts'
