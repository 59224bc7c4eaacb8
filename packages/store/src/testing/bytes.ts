import { keyText } from '../key.ts'
import type { BatchOperation, RangeOptions, Store, StoreEntry } from '../store.ts'

/** `size` bytes that are all the same. */
export const bytesOf = (byte: number, size = 4): Uint8Array => new Uint8Array(size).fill(byte)

/** Puts the same short value under all keys. */
export const puts = (...keys: (string | Uint8Array)[]): BatchOperation[] =>
  keys.map((put) => ({ put, value: bytesOf(1) }))

/** The entries of a range. */
export async function entriesOf(store: Store, options?: RangeOptions): Promise<StoreEntry[]> {
  const entries: StoreEntry[] = []
  for await (const entry of store.range(options)) entries.push(entry)
  return entries
}

/** The keys of a range, as text. */
export async function keysOf(store: Store, options?: RangeOptions): Promise<string> {
  return (await entriesOf(store, options)).map(({ key }) => keyText(key)).join(' ')
}

/** Sorts as the bytes do. */
export const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
