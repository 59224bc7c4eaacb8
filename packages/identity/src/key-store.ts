import { SECRET_BYTES } from './keys.ts'
import { requireBytes } from './require-bytes.ts'

/**
 * Where the secret of a user is kept between runs: `SECRET_BYTES` bytes, or nothing.
 *
 * Several tabs or processes may use one store at once; all that start on an empty one end up with
 * the same secret.
 */
export interface KeyStore {
  /** The secret, if there is one; a copy. */
  load(): Promise<Uint8Array | undefined>
  /**
   * Keeps a secret, unless there is one; one step for all that use the store. It is kept for good
   * when this resolves.
   * @returns the secret that is there now; a copy
   */
  keep(secret: Uint8Array): Promise<Uint8Array>
  /** Forgets the secret. Who has no copy of it can never be this user again. */
  remove(): Promise<void>
}

/** Keeps a secret as long as the program runs. */
export class MemoryKeyStore implements KeyStore {
  #secret: Uint8Array | undefined

  async load(): Promise<Uint8Array | undefined> {
    return this.#secret && new Uint8Array(this.#secret)
  }

  async keep(secret: Uint8Array): Promise<Uint8Array> {
    this.#secret ??= new Uint8Array(requireBytes('a secret', secret, SECRET_BYTES))
    return new Uint8Array(this.#secret)
  }

  async remove(): Promise<void> {
    this.#secret?.fill(0)
    this.#secret = undefined
  }
}
