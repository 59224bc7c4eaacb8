import type { Random } from '@pigeon/transport'

/** 32 bits that depend on `seed` and `text` alone (FNV-1a, mixed). */
export function hashText(seed: number, text: string): number {
  let hash = seed ^ 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return mix(hash, text.length)
}

/** 32 bits from two numbers of 32 bits (the finish of MurmurHash3). */
export function mix(a: number, b: number): number {
  let hash = Math.imul(a ^ Math.imul(b, 0xcc9e2d51), 0x1b873593) + 0x9e3779b9
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** A number from 0 (included) to 1 out of 32 bits. */
export function toFraction(bits: number): number {
  return (bits >>> 0) / 2 ** 32
}

/** Random numbers that depend on a seed and a name alone; never for keys. */
export class RandomStream implements Random {
  #state: number

  constructor(seed: number, name: string) {
    this.#state = hashText(mix(seed, 0x51f15e), name) | 0
  }

  /**
   * The next 32 bits.
   * @see Steele et al. 2014, SplitMix (the 32-bit variant)
   */
  uint32(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0
    let mixed = this.#state ^ (this.#state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }

  /** From 0 (included) to 1. */
  fraction(): number {
    return toFraction(this.uint32())
  }

  /** A whole number from 0 to `count` - 1. */
  below(count: number): number {
    return Math.floor(this.fraction() * count)
  }

  /** The items in random order, as a new array. */
  shuffled<T>(items: Iterable<T>): T[] {
    const result = [...items]
    for (let last = result.length - 1; last > 0; last--) {
      const other = this.below(last + 1)
      const item = result[last] as T
      result[last] = result[other] as T
      result[other] = item
    }
    return result
  }

  fill(bytes: Uint8Array): Uint8Array {
    for (let index = 0; index < bytes.length; index++) bytes[index] = this.uint32() & 255
    return bytes
  }
}
