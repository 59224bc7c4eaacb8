import { createStore, promisifyRequest } from 'idb-keyval'
import type { EngineOperation, EnginePage, StoreEngine } from '../engine.ts'
import type { Span } from '../span.ts'
import { StoreError } from '../store-error.ts'
import { idbError } from './idb-error.ts'
import { pageBackward, pageForward } from './idb-pages.ts'

/** The one object store of the database. */
const OBJECT_STORE = 'entries'

/** Entries in IndexedDB: keys are binary, in the order of their bytes, values are bytes. */
export class IdbEngine implements StoreEngine {
  readonly #database: string
  #connection: Promise<IDBDatabase> | undefined

  constructor(database: string) {
    this.#database = database
  }

  /** Resolves when the database is open. */
  open(): Promise<void> {
    return this.#attempt('open', async () => {
      await this.#begin('readonly')
    })
  }

  get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#attempt('read', async () => {
      const store = await this.#begin('readonly')
      const value: unknown = await promisifyRequest(store.get(key as BufferSource))
      return value === undefined ? undefined : requireBytes(value)
    })
  }

  page(span: Span, entries: number, bytes: number): Promise<EnginePage> {
    return this.#attempt('read', async () => {
      const store = await this.#begin('readonly')
      const page = span.reverse
        ? await pageBackward(store, span, entries, bytes)
        : await pageForward(store, span, entries)
      for (const { value } of page.entries) requireBytes(value)
      return page
    })
  }

  batch(operations: readonly EngineOperation[], durable: boolean): Promise<void> {
    return this.#attempt('write', async () => {
      await writeAll(await this.#begin('readwrite', durable ? 'strict' : 'relaxed'), operations)
    })
  }

  async close(): Promise<void> {
    const db = await this.#connection
    db?.close()
  }

  /** A transaction of its own. They come in the order of the calls, of whatever kind they are. */
  async #begin(
    mode: IDBTransactionMode,
    durability: IDBTransactionDurability = 'default',
  ): Promise<IDBObjectStore> {
    const begin = (db: IDBDatabase): IDBObjectStore =>
      db.transaction(OBJECT_STORE, mode, { durability }).objectStore(OBJECT_STORE)
    const connection = this.#connect()
    const db = await connection
    try {
      return begin(db)
    } catch (error) {
      if ((error as Error).name !== 'InvalidStateError') throw error
      // The browser closed the connection, as it may; nothing has begun on it.
      this.#forget(connection)
      return begin(await this.#connect())
    }
  }

  #connect(): Promise<IDBDatabase> {
    if (this.#connection !== undefined) return this.#connection
    const connection = connect(this.#database)
    connection.catch(() => this.#forget(connection))
    this.#connection = connection
    return connection
  }

  #forget(connection: Promise<IDBDatabase>): void {
    if (this.#connection === connection) this.#connection = undefined
  }

  async #attempt<T>(what: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run()
    } catch (error) {
      throw idbError(what, this.#database, error)
    }
  }
}

async function connect(database: string): Promise<IDBDatabase> {
  const db = await createStore(database, OBJECT_STORE)('readonly', (store) => store.transaction.db)
  // Who deletes the database need not wait for this tab.
  db.onversionchange = () => db.close()
  return db
}

/** @returns when the transaction is complete, not when its requests are */
function writeAll(store: IDBObjectStore, operations: readonly EngineOperation[]): Promise<void> {
  const { transaction } = store
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    // A request that fails ends here too; before, the transaction does not know the reason.
    transaction.onabort = () => reject(transaction.error)
    try {
      for (const { key, value } of operations) {
        if (value) store.put(value, key as BufferSource)
        else store.delete(key as BufferSource)
      }
      transaction.commit()
    } catch (error) {
      reject(error)
      transaction.abort()
    }
  })
}

function requireBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new StoreError('CORRUPT', 'something else wrote into this database; take a fresh one')
}
