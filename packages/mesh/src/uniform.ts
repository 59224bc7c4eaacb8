import type { Random } from '@pigeon/transport'

/** A whole number from 0 to `below` - 1, each as likely but for one part in 2^32 / `below`. */
export function uniform(random: Random, below: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = random.fill(new Uint8Array(4))
  return Math.floor((((a * 256 + b) * 256 + c) * 256 + d) * (below / 2 ** 32))
}

/** Brings `values` into a random order, in place (Fisher and Yates). */
export function shuffled<T>(values: T[], random: Random): T[] {
  for (let last = values.length - 1; last > 0; last--) {
    const at = uniform(random, last + 1)
    const value = values[at] as T
    values[at] = values[last] as T
    values[last] = value
  }
  return values
}

/** One of `values` at random; none of none. */
export function anyOf<T>(random: Random, values: readonly T[]): T | undefined {
  return values.length === 0 ? undefined : values[uniform(random, values.length)]
}
