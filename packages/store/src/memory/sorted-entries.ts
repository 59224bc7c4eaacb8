import { compareBytes } from '../bytes.ts'
import type { EnginePage } from '../engine.ts'
import type { Span } from '../span.ts'
import type { StoreEntry } from '../store.ts'

/** Entries of a chunk at most: moving so many places costs less than looking for one. */
const CHUNK_ENTRIES = 256

/** Entries in the order of their keys, in chunks, so that one more does not move all others. */
export class SortedEntries {
  readonly #chunks: StoreEntry[][] = []

  get(key: Uint8Array): Uint8Array | undefined {
    const chunk = this.#chunkOf(key)
    const at = chunk && position(chunk, key)
    return at?.found ? chunk?.[at.index]?.value : undefined
  }

  /** Puts a value, or deletes with `undefined`. */
  set(key: Uint8Array, value: Uint8Array | undefined): void {
    const chunk = this.#chunkOf(key)
    if (chunk === undefined) {
      if (value) this.#chunks.push([{ key, value }])
      return
    }
    const { index, found } = position(chunk, key)
    if (value) chunk.splice(index, found ? 1 : 0, { key, value })
    else if (found) chunk.splice(index, 1)
    this.#balance(chunk)
  }

  /** The first entries of a span, as they are: no copies. */
  page(span: Span, entries: number, bytes: number): EnginePage {
    const page: StoreEntry[] = []
    let held = 0
    for (const entry of this.#walk(span)) {
      if (page.length === entries || held > bytes) return { entries: page, more: true }
      page.push(entry)
      held += entry.key.length + entry.value.length
    }
    return { entries: page, more: false }
  }

  *#walk({ gte, lt, reverse }: Span): Generator<StoreEntry> {
    const step = reverse ? -1 : 1
    const start = reverse ? lt : gte
    let chunkIndex = start ? this.#indexOf(start) : this.#chunks.length - 1
    let chunk = this.#chunks[chunkIndex]
    let index = 0
    if (chunk) index = start ? position(chunk, start).index : chunk.length
    if (reverse) index--
    while (chunk) {
      const entry = chunk[index]
      if (entry) {
        if (reverse ? compareBytes(entry.key, gte) < 0 : lt && compareBytes(entry.key, lt) >= 0) {
          return
        }
        yield entry
        index += step
      } else {
        chunkIndex += step
        chunk = this.#chunks[chunkIndex]
        index = reverse ? (chunk?.length ?? 0) - 1 : 0
      }
    }
  }

  #chunkOf(key: Uint8Array): StoreEntry[] | undefined {
    return this.#chunks[this.#indexOf(key)]
  }

  /** The last chunk that begins at or before `key`; the first one if none does. */
  #indexOf(key: Uint8Array): number {
    let low = 0
    let high = this.#chunks.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      const first = this.#chunks[middle]?.[0] as StoreEntry
      if (compareBytes(first.key, key) <= 0) low = middle
      else high = middle
    }
    return low
  }

  #balance(chunk: StoreEntry[]): void {
    if (chunk.length > 0 && chunk.length <= CHUNK_ENTRIES) return
    const at = this.#chunks.indexOf(chunk)
    if (chunk.length === 0) this.#chunks.splice(at, 1)
    else this.#chunks.splice(at + 1, 0, chunk.splice(CHUNK_ENTRIES / 2))
  }
}

/** Where a key is in a chunk, or where it would be. */
function position(
  chunk: readonly StoreEntry[],
  key: Uint8Array,
): { readonly index: number; readonly found: boolean } {
  let low = 0
  let high = chunk.length
  while (low < high) {
    const middle = (low + high) >> 1
    const order = compareBytes((chunk[middle] as StoreEntry).key, key)
    if (order === 0) return { index: middle, found: true }
    if (order < 0) low = middle + 1
    else high = middle
  }
  return { index: low, found: false }
}
