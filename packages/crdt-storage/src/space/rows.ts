import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import type { BatchOperation, Store } from '@pigeon/store'
import type { Entry } from '../entry/entry.ts'
import { encodeRow, readRow } from '../entry/run.ts'
import { follow } from './runs.ts'

const DIGITS = 12
const ROW_BYTES = 64 * 1024

/**
 * The entries of a space in a store: rows of entries that follow each other, causes first, and the
 * last entry of each own chain, so that two tabs go on where the other one ended.
 */
export class Rows {
  readonly #store: Store
  readonly #read = new Set<string>()
  #next = 0

  constructor(store: Store) {
    this.#store = store
  }

  /** The genesis, if the space is here. */
  async genesis(): Promise<Entry | undefined> {
    const bytes = await this.#store.get('genesis')
    return bytes && readRow(undefined, bytes)[0]
  }

  /** The last own entry anybody wrote with this store. */
  async tip(chain: string): Promise<string | undefined> {
    const bytes = await this.#store.get(`tip/${chain}`)
    return bytes && bytesToHex(bytes)
  }

  /** Rows that were not read or written here. */
  async *unread(space: string): AsyncGenerator<Entry[]> {
    for await (const { key, value } of this.#store.range({ prefix: 'e/' })) {
      const name = String.fromCharCode(...key)
      if (this.#read.has(name)) continue
      this.#read.add(name)
      this.#next = Math.max(this.#next, 1 + Number(name.slice(2, 2 + DIGITS)))
      yield readRow(space, value)
    }
  }

  /** Keeps the genesis. */
  async begin(genesis: Entry): Promise<void> {
    await this.#store.batch([{ put: 'genesis', value: encodeRow([genesis]) }], { durable: true })
  }

  /**
   * Keeps entries of others; they may be lost in a crash, and are asked for again then.
   * @param runs entries of one chain each, following each other
   */
  async keep(runs: readonly (readonly Entry[])[]): Promise<void> {
    await this.#write(runs, [], false)
  }

  /** Keeps an own entry: it is there after a crash before anybody hears of it. */
  async keepOwn(entry: Entry, chain: string): Promise<void> {
    await this.#write([[entry]], [{ put: `tip/${chain}`, value: hexToBytes(entry.id) }], true)
  }

  /** Puts these entries in the place of all rows there are: first the new rows, then the old ones go. */
  async rewrite(entries: readonly Entry[]): Promise<void> {
    const old: Uint8Array[] = []
    for await (const { key } of this.#store.range({ prefix: 'e/' })) old.push(key)
    for (const run of follow(entries)) await this.#write([run], [], true)
    for (let at = 0; at < old.length; at += 1000) {
      const operations = old.slice(at, at + 1000).map((key) => ({ delete: key }))
      await this.#store.batch(operations, { durable: true })
    }
  }

  /** The next number of a session with this store. */
  async session(): Promise<number> {
    const last = await this.#store.get('session')
    const next = 1 + (last === undefined ? 0 : Number(`0x${bytesToHex(last)}`))
    const value = hexToBytes(next.toString(16).padStart(8, '0'))
    await this.#store.batch([{ put: 'session', value }], { durable: true })
    return next
  }

  async #write(
    runs: readonly (readonly Entry[])[],
    more: readonly BatchOperation[],
    durable: boolean,
  ): Promise<void> {
    const operations: BatchOperation[] = [...more]
    for (const run of runs.flatMap(inPieces)) {
      const id = run.at(-1)?.id.slice(0, 16) ?? ''
      const name = `e/${String(this.#next++).padStart(DIGITS, '0')}/${id}`
      this.#read.add(name)
      operations.push({ put: name, value: encodeRow(run) })
    }
    await this.#store.batch(operations, { durable })
  }
}

function inPieces(run: readonly Entry[]): Entry[][] {
  const pieces: Entry[][] = []
  let bytes = ROW_BYTES
  for (const entry of run) {
    bytes += entry.rest.length + 80
    if (bytes > ROW_BYTES) {
      pieces.push([])
      bytes = entry.rest.length + 80
    }
    pieces.at(-1)?.push(entry)
  }
  return pieces
}
