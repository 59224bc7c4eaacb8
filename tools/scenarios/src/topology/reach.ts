import type { PeerId } from '@pigeon/xor'

/** Who can link with whom. */
export type CanLink = (a: PeerId, b: PeerId) => boolean

/** A share of all pairs can never link. */
export function unlinkablePairs(seed: number, share: number): CanLink {
  return (a, b) => fraction(seed, a < b ? a + b : b + a) >= share
}

/** A share of the peers is behind a symmetric NAT: no two of those can ever link. */
export function symmetricNat(seed: number, share: number): CanLink {
  const isBehind = (id: PeerId) => fraction(seed, id) < share
  return (a, b) => !(isBehind(a) && isBehind(b))
}

/** Always the same number from 0 to 1 for a text: FNV-1a, then mixed as MurmurHash3 ends. */
function fraction(seed: number, text: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
