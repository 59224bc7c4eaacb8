/**
 * Keeps the key of a user in the browser's IndexedDB, sealed with a key that scripts cannot read.
 * @module
 */
import { createStore, del, get, type UseStore, update } from 'idb-keyval'
import { IdentityError } from './identity-error.ts'
import type { KeyStore } from './key-store.ts'
import { SECRET_BYTES } from './keys.ts'
import { requireBytes } from './require-bytes.ts'

/** Options of {@link IndexedDbKeyStore}. */
export interface IndexedDbKeyStoreOptions {
  /** The database, which holds nothing else. Default `pigeon-identity`. */
  readonly database?: string
  /** Wraps the secret. Default that of the page; `undefined` keeps the secret as it is. */
  readonly subtle?: SubtleCrypto | undefined
}

type Stored =
  | { readonly wrappingKey: CryptoKey; readonly iv: Uint8Array; readonly sealed: ArrayBuffer }
  | { readonly secret: Uint8Array }

const NAME = 'user'

/**
 * A {@link KeyStore} for pages. The secret lies there sealed with AES-GCM under a key that the
 * browser keeps and does not hand out, where the browser can do that: not in a page that did not
 * come by https. So a copy of the stored bytes alone is useless; a script that runs in the page
 * can still use the key, as the page can.
 */
export class IndexedDbKeyStore implements KeyStore {
  readonly #store: UseStore
  readonly #subtle: SubtleCrypto | undefined

  constructor(options: IndexedDbKeyStoreOptions = {}) {
    this.#store = createStore(options.database ?? 'pigeon-identity', 'keys')
    this.#subtle = 'subtle' in options ? options.subtle : globalThis.crypto?.subtle
  }

  /** @throws IdentityError `KEY_STORE_FAILED` if the database cannot be read */
  load(): Promise<Uint8Array | undefined> {
    return attempt('read', async () => {
      const stored = await get<Stored>(NAME, this.#store)
      return stored && this.#open(stored)
    })
  }

  /** @throws IdentityError `KEY_STORE_FAILED` if the database cannot be written */
  async keep(secret: Uint8Array): Promise<Uint8Array> {
    requireBytes('a secret', secret, SECRET_BYTES)
    await attempt('write', async () => {
      const wrapped = await this.#wrap(secret)
      // Of two tabs the first one wins: reading and writing is one transaction.
      const putIfNone = (entry: Stored): Promise<void> =>
        update<Stored>(NAME, (old) => old ?? entry, this.#store)
      try {
        await putIfNone(wrapped)
      } catch (error) {
        // Some browsers, as in private windows, cannot store a key they do not hand out.
        if (!('sealed' in wrapped) || (error as Error).name !== 'DataCloneError') throw error
        await putIfNone({ secret: new Uint8Array(secret) })
      }
    })
    const kept = await this.load()
    if (kept !== undefined) return kept
    throw new IdentityError('KEY_STORE_FAILED', 'the key was removed while it was made')
  }

  /** @throws IdentityError `KEY_STORE_FAILED` if the database cannot be written */
  remove(): Promise<void> {
    return attempt('remove', () => del(NAME, this.#store))
  }

  async #wrap(secret: Uint8Array): Promise<Stored> {
    const subtle = this.#subtle
    if (subtle === undefined) return { secret: new Uint8Array(secret) }
    const uses: KeyUsage[] = ['encrypt', 'decrypt']
    const wrappingKey = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, uses)
    const iv = crypto.getRandomValues(new Uint8Array(12))
    const bytes = secret as Uint8Array<ArrayBuffer>
    const sealed = await subtle.encrypt({ name: 'AES-GCM', iv }, wrappingKey, bytes)
    return { wrappingKey, iv, sealed }
  }

  async #open(stored: Stored): Promise<Uint8Array> {
    if ('secret' in stored) return new Uint8Array(stored.secret)
    const iv = stored.iv as Uint8Array<ArrayBuffer>
    // A page without https cannot have stored a wrapped key.
    const subtle = this.#subtle as SubtleCrypto
    const parameters = { name: 'AES-GCM', iv }
    return new Uint8Array(await subtle.decrypt(parameters, stored.wrappingKey, stored.sealed))
  }
}

async function attempt<T>(what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (cause) {
    throw new IdentityError('KEY_STORE_FAILED', `cannot ${what} the key in IndexedDB`, { cause })
  }
}
