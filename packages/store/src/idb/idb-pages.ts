import { promisifyRequest } from 'idb-keyval'
import type { EnginePage } from '../engine.ts'
import type { Span } from '../span.ts'
import type { StoreEntry } from '../store.ts'

/** Comes behind every binary key. */
const BEHIND_BINARY: IDBValidKey = []

/**
 * The first entries of a span: two requests in one transaction, however many they are. Sizes show
 * only afterwards.
 */
export async function pageForward(
  store: IDBObjectStore,
  span: Span,
  entries: number,
): Promise<EnginePage> {
  const range = keyRange(span)
  const [keys, values] = await Promise.all([
    promisifyRequest(store.getAllKeys(range, entries)),
    promisifyRequest<Uint8Array[]>(store.getAll(range, entries)),
  ])
  const found = keys.map((key, index) => entry(key, values[index] as Uint8Array))
  return { entries: found, more: found.length === entries }
}

/** The last entries of a span, one by one: IndexedDB gives many at once only from the front. */
export function pageBackward(
  store: IDBObjectStore,
  span: Span,
  entries: number,
  bytes: number,
): Promise<EnginePage> {
  return new Promise((resolve, reject) => {
    const found: StoreEntry[] = []
    let held = 0
    const request = store.openCursor(keyRange(span), 'prev')
    request.onerror = () => reject(request.error)
    request.onsuccess = () => {
      const cursor = request.result
      if (cursor === null) return resolve({ entries: found, more: false })
      const { key, value } = entry(cursor.key, cursor.value)
      found.push({ key, value })
      held += key.length + value.length
      if (found.length === entries || held > bytes) resolve({ entries: found, more: true })
      else cursor.continue()
    }
  })
}

const keyRange = ({ gte, lt }: Span): IDBKeyRange =>
  IDBKeyRange.bound(gte, lt ?? BEHIND_BINARY, false, true)

const entry = (key: IDBValidKey, value: Uint8Array): StoreEntry => ({
  key: new Uint8Array(key as ArrayBuffer),
  value,
})
