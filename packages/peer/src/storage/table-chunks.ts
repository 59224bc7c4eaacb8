import type { Chunks } from '@pigeon/crdt-storage/blobs'
import { MAX_VALUE_BYTES } from '@pigeon/dht'
import { SEALED_OVERHEAD_BYTES } from '@pigeon/identity'
import type { DhtTable } from '../dht/table.ts'

/** Bytes of a piece: with its seal it is one value of the table, so its name is its hash. */
export const TABLE_CHUNK_BYTES: number = MAX_VALUE_BYTES - SEALED_OVERHEAD_BYTES

/** Pieces of blobs in the table of the network: named by their hash, whose they are nobody knows. */
export class TableChunks implements Chunks {
  readonly #table: DhtTable

  constructor(table: DhtTable) {
    this.#table = table
  }

  put(bytes: Uint8Array): Promise<Uint8Array> {
    return this.#table.store(bytes)
  }

  get(name: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#table.fetch(name)
  }
}
