/**
 * Values and documents that people share, encrypted, with access that can be taken away.
 * @module
 */
export { MeshStorage, type MeshStorageOptions, openStorage } from './open-storage.ts'
