/** Remembers the keys of messages, the newest `limit` of them. */
export class SeenCache {
  readonly #keys = new Set<string>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#keys.size
  }

  has(key: string): boolean {
    return this.#keys.has(key)
  }

  /** Adds a key and forgets the oldest if there are too many. */
  add(key: string): void {
    this.#keys.add(key)
    if (this.#keys.size <= this.#limit) return
    for (const oldest of this.#keys) {
      this.#keys.delete(oldest)
      return
    }
  }

  delete(key: string): void {
    this.#keys.delete(key)
  }

  clear(): void {
    this.#keys.clear()
  }
}
