import type { Random } from '@pigeon/transport'

/** A random number from 0 (included) to 1. */
function fraction(random: Random): number {
  const [a = 0, b = 0, c = 0] = random.fill(new Uint8Array(3))
  return (a * 65_536 + b * 256 + c) / 2 ** 24
}

/** `ms`, up to a quarter less or more, so that peers do not act in step. */
export function around(ms: number, random: Random): number {
  return ms * (0.75 + fraction(random) / 2)
}

/** One of the items, each as likely as any other. */
export function oneOf<T>(items: readonly T[], random: Random): T | undefined {
  return items[Math.floor(fraction(random) * items.length)]
}
