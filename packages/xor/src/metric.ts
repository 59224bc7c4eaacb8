import { ID_BITS, nibble, type PeerId } from './id.ts'

/** The XOR distance of two ids, 0n for equal ones. Prefer {@link compareDistance} for ordering. */
export function xorDistance(a: PeerId, b: PeerId): bigint {
  return BigInt(`0x${a}`) ^ BigInt(`0x${b}`)
}

/**
 * Orders `a` and `b` by XOR distance to `target`, nearest first; 0 only if they are equal.
 * A sort callback without BigInt: `ids.sort((a, b) => compareDistance(target, a, b))`.
 * @see Maymounkov & Mazières 2002, §2.1
 */
export function compareDistance(target: PeerId, a: PeerId, b: PeerId): number {
  for (let index = 0; index < 40; index++) {
    const codeA = a.charCodeAt(index)
    const codeB = b.charCodeAt(index)
    if (codeA !== codeB) {
      const wanted = nibble(target.charCodeAt(index))
      return (nibble(codeA) ^ wanted) - (nibble(codeB) ^ wanted)
    }
  }
  return 0
}

/** How many leading bits two ids share: 0 to 160, 160 only for equal ids. */
export function prefixLength(a: PeerId, b: PeerId): number {
  for (let index = 0; index < 40; index++) {
    const difference = nibble(a.charCodeAt(index)) ^ nibble(b.charCodeAt(index))
    if (difference !== 0) return index * 4 + Math.clz32(difference) - 28
  }
  return ID_BITS
}

/**
 * The Kademlia bucket of `other` as `self` sees it: 159 holds the far half of all ids, 0 the
 * single nearest id.
 * @returns 0 to 159, or -1 for `self`
 */
export function bucketIndex(self: PeerId, other: PeerId): number {
  return ID_BITS - 1 - prefixLength(self, other)
}
