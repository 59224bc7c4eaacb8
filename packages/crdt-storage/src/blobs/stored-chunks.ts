import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { Store } from '@pigeon/store'
import { wholeNumber } from '@pigeon/transport'
import { SpaceError } from '../errors.ts'
import type { Chunks } from './chunks.ts'

/** Options of {@link StoredChunks}. */
export interface StoredChunksOptions {
  /** A part of a store that holds nothing else. */
  readonly store: Store
  /** Bytes of all pieces. Default 256 MiB. */
  readonly maxBytes?: number
  /**
   * Where pieces are put as well, and fetched from if they are not here: its names end with the SHA-256
   * of the piece. Default nowhere.
   */
  readonly next?: Chunks
}

/**
 * Pieces in a store, by their hash. Own ones stay until they are forgotten; those that were fetched
 * make room for others, the ones longest not read first.
 *
 * Invariant: the pieces here never have more than `maxBytes`.
 */
export class StoredChunks implements Chunks {
  readonly #store: Store
  readonly #next: Chunks | undefined
  readonly #maxBytes: number
  /** Bytes of each piece here, the one longest not read first. */
  readonly #held = new Map<string, { readonly bytes: number; readonly isOwn: boolean }>()
  #bytes = 0

  /** @throws RangeError if `maxBytes` is no whole number from 1 on; whatever the store does */
  static async open(options: StoredChunksOptions): Promise<StoredChunks> {
    const chunks = new StoredChunks(options)
    for await (const { key, value } of options.store.range()) {
      const [kind, name] = [key[0], bytesToHex(key.subarray(1))]
      chunks.#note(name, value.length, kind === OWN)
    }
    return chunks
  }

  private constructor({ store, next, maxBytes = 256 * 1024 * 1024 }: StoredChunksOptions) {
    this.#store = store
    this.#next = next
    this.#maxBytes = wholeNumber('maxBytes', maxBytes, 1, Number.MAX_SAFE_INTEGER)
  }

  /** Bytes of all pieces here. */
  get bytes(): number {
    return this.#bytes
  }

  /** @throws SpaceError `FULL` if there is no room beside other own pieces */
  async put(bytes: Uint8Array): Promise<Uint8Array> {
    const hash = sha256(bytes)
    const name = bytesToHex(hash)
    if (this.#held.get(name)?.isOwn !== true) {
      await this.#makeRoom(bytes.length, true)
      await this.#keep(name, hash, bytes, true)
    }
    return (await this.#next?.put(bytes)) ?? hash
  }

  async get(name: Uint8Array): Promise<Uint8Array | undefined> {
    const hash = name.subarray(-HASH_BYTES)
    const hex = bytesToHex(hash)
    const held = this.#held.get(hex)
    if (held !== undefined) {
      this.#held.delete(hex)
      this.#held.set(hex, held)
      return this.#store.get(keyOf(hash, held.isOwn))
    }
    const bytes = await this.#next?.get(name)
    if (bytes === undefined || bytesToHex(sha256(bytes)) !== hex) return bytes
    if (await this.#makeRoom(bytes.length, false)) await this.#keep(hex, hash, bytes, false)
    return bytes
  }

  /** Forgets a piece here. */
  async forget(name: Uint8Array): Promise<void> {
    const hash = name.subarray(-HASH_BYTES)
    await this.#drop(bytesToHex(hash), hash)
  }

  async #makeRoom(bytes: number, isOwn: boolean): Promise<boolean> {
    for (const [name, held] of this.#held) {
      if (this.#bytes + bytes <= this.#maxBytes) break
      if (!held.isOwn) await this.#drop(name, fromHex(name))
    }
    if (this.#bytes + bytes <= this.#maxBytes) return true
    if (!isOwn) return false
    throw new SpaceError('FULL', `pieces of blobs have at most ${this.#maxBytes} bytes here`)
  }

  async #keep(name: string, hash: Uint8Array, value: Uint8Array, isOwn: boolean): Promise<void> {
    await this.#drop(name, hash)
    this.#note(name, value.length, isOwn)
    await this.#store.batch([{ put: keyOf(hash, isOwn), value }], { durable: isOwn })
  }

  async #drop(name: string, hash: Uint8Array): Promise<void> {
    const held = this.#held.get(name)
    if (held === undefined) return
    this.#held.delete(name)
    this.#bytes -= held.bytes
    await this.#store.batch([{ delete: keyOf(hash, held.isOwn) }])
  }

  #note(name: string, bytes: number, isOwn: boolean): void {
    this.#held.set(name, { bytes, isOwn })
    this.#bytes += bytes
  }
}

const HASH_BYTES = 32
const FETCHED = 0
const OWN = 1

function keyOf(hash: Uint8Array, isOwn: boolean): Uint8Array {
  return Uint8Array.of(isOwn ? OWN : FETCHED, ...hash)
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
}
