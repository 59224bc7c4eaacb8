/**
 * Where owners say in which space a key of theirs is. Any table of a network will do, such as a
 * DHT; what it answers is checked.
 */
export interface Directory {
  /** Keeps an owner's claim beside those of others. */
  announce(key: string, owner: string, claim: Uint8Array): Promise<void>
  /** Claims to a key, those of one owner if it is said. */
  find(key: string, owner?: string): Promise<readonly Uint8Array[]>
}

/** Claims one key may have here. */
const CLAIMS_MAX = 16

/** A directory for those who share this object. */
export class MemoryDirectory implements Directory {
  readonly #claims = new Map<string, Map<string, Uint8Array>>()
  readonly #maxKeys: number

  /** @param maxKeys default 65,536; the oldest go first */
  constructor(maxKeys = 65_536) {
    this.#maxKeys = maxKeys
  }

  announce(key: string, owner: string, claim: Uint8Array): Promise<void> {
    const claims = this.#claims.get(key) ?? new Map<string, Uint8Array>()
    if (claims.size < CLAIMS_MAX || claims.has(owner)) claims.set(owner, claim)
    this.#claims.set(key, claims)
    for (const oldest of this.#claims.keys()) {
      if (this.#claims.size <= this.#maxKeys) break
      this.#claims.delete(oldest)
    }
    return Promise.resolve()
  }

  find(key: string, owner?: string): Promise<readonly Uint8Array[]> {
    const claims = this.#claims.get(key)
    if (owner === undefined) return Promise.resolve([...(claims?.values() ?? [])])
    const claim = claims?.get(owner)
    return Promise.resolve(claim === undefined ? [] : [claim])
  }
}
