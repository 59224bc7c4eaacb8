import type { Random } from '@pigeon/transport'

/** A random number from 0 (included) to 1. */
export function fraction(random: Random): number {
  const [a = 0, b = 0, c = 0] = random.fill(new Uint8Array(3))
  return (a * 65_536 + b * 256 + c) / 2 ** 24
}

/** At most `count` of the items, each as likely as any other; `items` is left in another order. */
export function sample<T>(items: T[], count: number, random: Random): T[] {
  const taken = Math.min(count, items.length)
  for (let at = 0; at < taken; at++) {
    const other = at + Math.floor(fraction(random) * (items.length - at))
    const item = items[at] as T
    items[at] = items[other] as T
    items[other] = item
  }
  return items.slice(0, taken)
}
