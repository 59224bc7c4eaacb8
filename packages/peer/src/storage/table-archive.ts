import { hexToBytes } from '@noble/hashes/utils.js'
import type { ArchiveTable } from '@pigeon/crdt-storage/archive'
import type { DhtTable } from '../dht/table.ts'
import { TableChunks } from './table-chunks.ts'

/** Spaces in the table of the network: each head under its keeper's own name. */
export class TableArchive extends TableChunks implements ArchiveTable {
  readonly #table: DhtTable

  constructor(table: DhtTable) {
    super(table)
    this.#table = table
  }

  putOwn(name: string, value: Uint8Array): Promise<unknown> {
    return this.#table.put(name, value)
  }

  async getOf(owner: string, name: string): Promise<Uint8Array | undefined> {
    const value = (await this.#table.get(name, { owner: hexToBytes(owner) }))?.value
    return value instanceof Uint8Array ? value : undefined
  }
}
