import type { BatchOperation, Store } from '@pigeon/store'
import { ByteReader, ByteWriter } from '@pigeon/transport'
import { type Address, addressBytes, PLACES, readAddress } from './address.ts'
import type { Core } from './core.ts'
import { decodeRecord, MAX_RECORD_BYTES } from './record.ts'
import type { Item } from './shelf.ts'

/** Changes within this time are written together, ms. */
const WRITE_MS = 20

/** Records in one batch, at most. */
const BATCH = 256

/**
 * Writes what is on the shelf to a store, and reads it back at the start. Layout of a value:
 * `places u8, origin id 20, keep until u64, record bytes`, under the 33 bytes of the address.
 */
export class Memory {
  readonly #core: Core
  readonly #store: Store
  /** What is to be written; undefined to be deleted. */
  readonly #dirty = new Map<Address, Item | undefined>()
  #cancel: (() => void) | undefined
  #writing: Promise<void> | undefined
  /** Batches that could not be written; what was in them is tried again with the next change. */
  failed = 0

  constructor(core: Core, store: Store) {
    this.#core = core
    this.#store = store
  }

  /** Puts what was stored back on the shelf. @throws StoreError */
  async load(): Promise<void> {
    const { shelf, sha256, placesOf } = this.#core
    for await (const { key, value } of this.#store.range()) {
      try {
        const reader = new ByteReader(value)
        const [places, origin, keepUntil] = [reader.u8(), reader.id(), reader.u64()]
        const record = decodeRecord(new Uint8Array(reader.bytes(MAX_RECORD_BYTES)), sha256)
        const address = readAddress(new ByteReader(key))
        if (record.address !== address) continue
        const peers = Array.from({ length: PLACES }, () => [])
        // Perhaps under another id than before: it is put where it belongs.
        const freshAt = Number.NEGATIVE_INFINITY
        const at = placesOf(address)
        shelf.restore({
          record,
          origin,
          put: undefined,
          at,
          places,
          keepUntil,
          freshAt,
          outsideSince: undefined,
          peers,
        })
      } catch {
        this.#dirty.set(readAddress(new ByteReader(key)), undefined)
      }
    }
  }

  /** A record is to be written, or deleted. */
  note(address: Address, item: Item | undefined): void {
    this.#dirty.set(address, item)
    this.#cancel ??= this.#core.after(WRITE_MS, () => {
      this.#cancel = undefined
      void this.flush()
    })
  }

  /** Writes all that is to be written. */
  flush(): Promise<void> {
    this.#cancel?.()
    this.#cancel = undefined
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined
    })
    return this.#writing
  }

  async #write(): Promise<void> {
    while (this.#dirty.size > 0) {
      const some = [...this.#dirty].slice(0, BATCH)
      for (const [address] of some) this.#dirty.delete(address)
      try {
        await this.#store.batch(some.map(([address, item]) => operation(address, item)))
      } catch {
        this.failed++
        for (const [address, item] of some) {
          if (!this.#dirty.has(address)) this.#dirty.set(address, item)
        }
        return
      }
    }
  }
}

function operation(address: Address, item: Item | undefined): BatchOperation {
  const key = addressBytes(address)
  if (item === undefined) return { delete: key }
  const { places, origin, keepUntil, record } = item
  const writer = new ByteWriter(record.bytes.length + 32)
    .u8(places)
    .id(origin)
    .u64(Math.floor(keepUntil))
  return { put: key, value: writer.bytes(record.bytes).finish() }
}
