/**
 * Large things in encrypted pieces, kept wherever pieces are kept, and read in parts.
 * @module
 */
export type { Chunks } from './blobs/chunks.ts'
export { blobSize, type ReadBlobOptions, readBlob } from './blobs/read-blob.ts'
export { StoredChunks, type StoredChunksOptions } from './blobs/stored-chunks.ts'
export { MAX_BLOB_BYTES, type WriteBlobOptions, writeBlob } from './blobs/write-blob.ts'
