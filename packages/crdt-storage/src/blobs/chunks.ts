/**
 * Where pieces of blobs are kept: a store of one's own, a table of the network. It sees nothing but
 * sealed bytes, and whoever reads a blob notices if others come back.
 */
export interface Chunks {
  /** Keeps bytes. @returns what they are found by, at most 64 bytes */
  put(bytes: Uint8Array): Promise<Uint8Array>
  /** @returns `undefined` if they are not there */
  get(name: Uint8Array): Promise<Uint8Array | undefined>
}
