/** Durations that are kept. */
const KEPT = 256

/** The last durations, each measured from lending to result, ms. */
export class Durations {
  readonly #values: number[] = []
  #at = 0

  add(ms: number): void {
    this.#values[this.#at] = ms
    this.#at = (this.#at + 1) % KEPT
  }

  get values(): readonly number[] {
    return this.#values
  }
}
