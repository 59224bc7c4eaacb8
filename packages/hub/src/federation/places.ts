import { sha256 } from '@noble/hashes/sha2.js'
import { ByteWriter } from '@pigeon/transport'
import { ClosestIndex, type PeerId, peerIdFromBytes } from '@pigeon/xor'

/** Hubs that keep each place. */
const OWNERS = 3

/** Members of a network above which its places are divided by one more digit of the id. */
const PLACE_MEMBERS = 1000

/** Digits that places are divided by at most: 16 millions of members. */
export const MAX_DEPTH = 3

/** Digits to divide a network by; it goes back only well below the limit. */
export function depthFor(members: number, present: number): number {
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const limit = PLACE_MEMBERS * 16 ** depth
    if (members <= (depth < present ? limit / 2 : limit)) return depth
  }
  return MAX_DEPTH
}

/** Where a part of a network's members is kept: those whose ids begin with `prefix`. */
function placeKey(network: string, prefix: string): PeerId {
  const bytes = new ByteWriter().text('pigeon/place/1').text(network).text(prefix).finish()
  return peerIdFromBytes(sha256(bytes).subarray(0, 20))
}

/** Knows which hubs keep which place, as long as the hubs are the same. */
export class Owners {
  #index: ClosestIndex
  readonly #cache = new Map<string, readonly PeerId[]>()

  constructor(hubs: Iterable<PeerId>) {
    this.#index = new ClosestIndex(hubs)
  }

  /** The hubs are others now. */
  set(hubs: Iterable<PeerId>): void {
    this.#index = new ClosestIndex(hubs)
    this.#cache.clear()
  }

  /** The hubs closest to a place's key, nearest first. */
  of(network: string, prefix: string): readonly PeerId[] {
    const name = `${prefix}/${network}`
    let owners = this.#cache.get(name)
    if (owners === undefined) {
      owners = this.#index.closest(placeKey(network, prefix), OWNERS)
      if (this.#cache.size >= MAX_CACHED) this.#cache.clear()
      this.#cache.set(name, owners)
    }
    return owners
  }
}

const MAX_CACHED = 100_000

/** The next prefix of equal length, upwards or downwards, round the ring. */
export function nextPrefix(prefix: string, direction: 1 | -1): string {
  const count = 16 ** prefix.length
  const value = (Number.parseInt(prefix, 16) + direction + count) % count
  return value.toString(16).padStart(prefix.length, '0')
}
