/** The same numbers for the same seed. */
export class SeededRandom {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** A whole number from 0 to below `end`. By mulberry32. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T
  }

  /** A key of few different bytes, so that keys meet, and one is often the beginning of another. */
  key(): Uint8Array {
    const length = 1 + this.below(4)
    return Uint8Array.from({ length }, () => this.pick([0, 1, 0x61, 0xfe, 0xff]))
  }
}

/** Runs it for some seeds; an error names its seed. */
export async function forSeeds(
  count: number,
  run: (random: SeededRandom, seed: number) => Promise<void>,
): Promise<void> {
  for (let seed = 1; seed <= count; seed++) {
    await run(new SeededRandom(seed), seed).catch((cause: Error) => {
      throw new Error(`seed ${seed}: ${cause.message}`, { cause })
    })
  }
}
