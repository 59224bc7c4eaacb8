import type { Random } from '@pigeon/transport'

const BYTES = 6

/** Drawn at once: each draw has a price of its own. */
const BATCH = 128

/** Names that nobody guesses: whole numbers of 48 random bits. */
export class Names {
  readonly #random: Random
  readonly #pool: Uint8Array = new Uint8Array(BYTES * BATCH)
  #at: number = BYTES * BATCH

  constructor(random: Random) {
    this.#random = random
  }

  next(): number {
    if (this.#at === this.#pool.length) {
      this.#random.fill(this.#pool)
      this.#at = 0
    }
    let value = 0
    for (const end = this.#at + BYTES; this.#at < end; this.#at++) {
      value = value * 256 + (this.#pool[this.#at] as number)
      this.#pool[this.#at] = 0
    }
    return value
  }
}
