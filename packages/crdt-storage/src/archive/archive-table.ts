import type { Chunks } from '../blobs/chunks.ts'

/** A table such as a DHT: bytes by what they are, and small values that only their owner can write. */
export interface ArchiveTable extends Chunks {
  /** Keeps up to 6 KiB of this author's own under a name, in place of what was there. */
  putOwn(name: string, value: Uint8Array): Promise<unknown>
  /**
   * What somebody keeps under a name.
   * @param owner its key as hex
   * @returns `undefined` if there is nothing
   */
  getOf(owner: string, name: string): Promise<Uint8Array | undefined>
}
