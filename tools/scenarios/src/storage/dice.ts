import type { Random } from '@pigeon/transport'

/** Decisions out of random bytes. */
export class Dice {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  /** A whole number from 0 to `end` - 1. */
  below(end: number): number {
    const [a = 0, b = 0, c = 0] = this.#random.fill(new Uint8Array(3))
    return (a * 65_536 + b * 256 + c) % end
  }

  chance(share: number): boolean {
    return this.below(100_000) < share * 100_000
  }

  pick<T>(from: readonly T[]): T {
    if (from.length === 0) throw new RangeError('nothing to pick from')
    return from[this.below(from.length)] as T
  }
}
