import type { Key } from './key.ts'

/** A key and its value; both belong to who receives them. */
export interface StoreEntry {
  readonly key: Uint8Array
  readonly value: Uint8Array
}

/** Which entries {@link Store.range} yields. All that is given must hold; without bounds, all. */
export interface RangeOptions {
  /** Keys that begin with this. */
  readonly prefix?: Key
  /** From this key on. */
  readonly gte?: Key
  /** Behind this key: where a page ended. */
  readonly gt?: Key
  /** Up to this key. */
  readonly lte?: Key
  /** Before this key. */
  readonly lt?: Key
  /** At most so many entries. Default all. */
  readonly limit?: number
  /** From the last key to the first. Default false. */
  readonly reverse?: boolean
}

/** One step of {@link Store.batch}. */
export type BatchOperation =
  | { readonly put: Key; readonly value: Uint8Array }
  | { readonly delete: Key }

/** Options of {@link Store.batch}. */
export interface BatchOptions {
  /**
   * Resolve only when the batch survives the end of the process and, as far as the system below
   * tells the truth, of power. Default false: the batch may be lost then, never a part of it.
   */
  readonly durable?: boolean
}

/**
 * Ordered keys and values. A key is bytes, or text, which stands for its UTF-8 bytes; order is
 * that of the bytes. What is given is copied at once, what is returned is a copy.
 *
 * Every method rejects with a {@link StoreError} when the store cannot do what is asked, and with
 * a `TypeError` or `RangeError` when the question makes no sense.
 */
export interface Store {
  /** The value of a key, if there is one. */
  get(key: Key): Promise<Uint8Array | undefined>

  /**
   * Entries in the order of their keys, read in pages as they are asked for; leaving the loop ends
   * it. Every entry that is there from start to end comes exactly once; whether one comes that is
   * put or deleted meanwhile is open.
   * @throws TypeError, RangeError, StoreError `TOO_LARGE` at once; other errors at the first step
   */
  range(options?: RangeOptions): AsyncGenerator<StoreEntry, void, undefined>

  /**
   * Puts and deletes, all or nothing; of two steps for one key the later counts. Batches take
   * effect in the order of their calls.
   */
  batch(operations: readonly BatchOperation[], options?: BatchOptions): Promise<void>

  /**
   * The part of this store under a name, as a store of its own: views with different names never
   * meet. Each key costs the UTF-8 bytes of the name and one more.
   * @param name not empty, without the character U+0000
   */
  sub(name: string): Store

  /**
   * Ends open ranges, waits for everything else that has begun, lets go of what lies below.
   * Closing a view closes only the view. Closing twice is closing once.
   */
  close(): Promise<void>
}
