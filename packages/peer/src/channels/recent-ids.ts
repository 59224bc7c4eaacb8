/** The last ids that were seen, to recognise what comes twice. */
export class RecentIds {
  readonly #max: number
  readonly #ids = new Set<string>()

  constructor(max: number) {
    this.#max = max
  }

  /** @returns whether it is new */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false
    this.#ids.add(id)
    for (const oldest of this.#ids) {
      if (this.#ids.size <= this.#max) break
      this.#ids.delete(oldest)
    }
    return true
  }
}
