import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { type Advert, isNewer } from './advert.ts'

/** An advert that was not repeated for so long is forgotten, ms: three repeats. */
const ADVERT_LIFE_MS = 45_000

interface Known {
  readonly advert: Advert
  readonly at: number
}

/** Which part of the graph: all links, or the peer-to-peer ones alone. */
interface Reach {
  /** Hubs that can be reached, each with the neighbour it is reached by. */
  readonly next: ReadonlyMap<PeerId, PeerId>
  readonly hops: ReadonlyMap<PeerId, number>
}

/**
 * Who is linked with whom among the hubs, from what each says of itself, and the shortest ways. A link
 * counts only if both of its ends say so, so nobody draws traffic by claiming links.
 *
 * Invariant: at most `maxHubs` hubs are known, this one included.
 * @see RFC 2328 (OSPF), §16.1, of which this is the plainest case: all links cost one
 */
export class Topology {
  readonly self: PeerId
  readonly #clock: Clock
  readonly #maxHubs: number
  readonly #known = new Map<PeerId, Known>()
  #all: Reach | undefined
  #p2p: Reach | undefined

  constructor(self: PeerId, clock: Clock, maxHubs: number) {
    this.self = self
    this.#clock = clock
    this.#maxHubs = maxHubs
  }

  /** Hubs that can be reached, without this one, in order of their ids. */
  get hubs(): readonly PeerId[] {
    return [...this.#reach().next.keys()].sort()
  }

  advert(id: PeerId): Advert | undefined {
    return this.#known.get(id)?.advert
  }

  adverts(): Iterable<Advert> {
    return [...this.#known.values()].map(({ advert }) => advert)
  }

  isReachable(id: PeerId): boolean {
    return this.#reach().next.has(id)
  }

  /** The neighbour on a shortest way. */
  nextHop(to: PeerId): PeerId | undefined {
    return this.#reach().next.get(to)
  }

  /** Links on a shortest way. */
  hops(to: PeerId): number | undefined {
    return this.#reach().hops.get(to)
  }

  /** Whether peer-to-peer links alone reach every hub that can be reached. */
  get isP2pWhole(): boolean {
    this.#p2p ??= this.#walk(true)
    return this.#p2p.next.size === this.#reach().next.size
  }

  /** @returns whether it was news, and there was room */
  learn(advert: Advert): boolean {
    const before = this.#known.get(advert.origin)?.advert
    if (!isNewer(advert, before)) return false
    if (before === undefined && this.#known.size >= this.#maxHubs) return false
    this.#known.set(advert.origin, { advert, at: this.#clock.now() })
    if (before === undefined || !sameLinks(before, advert)) this.#changed()
    return true
  }

  /** Forgets hubs not heard of for long. */
  expire(): void {
    const before = this.#clock.now() - ADVERT_LIFE_MS
    for (const [id, { at }] of this.#known) {
      if (id === this.self || at > before) continue
      this.#known.delete(id)
      this.#changed()
    }
  }

  #changed(): void {
    this.#all = undefined
    this.#p2p = undefined
  }

  #reach(): Reach {
    this.#all ??= this.#walk(false)
    return this.#all
  }

  /** Breadth first; of equal ways that by the neighbour with the smaller id. */
  #walk(p2pOnly: boolean): Reach {
    const next = new Map<PeerId, PeerId>()
    const hops = new Map<PeerId, number>([[this.self, 0]])
    const queue: PeerId[] = [this.self]
    for (let at = 0; at < queue.length; at++) {
      const here = queue[at] as PeerId
      for (const there of this.#linked(here, p2pOnly)) {
        if (hops.has(there)) continue
        hops.set(there, (hops.get(here) as number) + 1)
        next.set(there, here === this.self ? there : (next.get(here) as PeerId))
        queue.push(there)
      }
    }
    return { next, hops }
  }

  #linked(here: PeerId, p2pOnly: boolean): PeerId[] {
    const links = this.#known.get(here)?.advert.links ?? new Map<PeerId, boolean>()
    const both = [...links].filter(([there, isP2p]) => {
      const back = this.#known.get(there)?.advert.links.get(here)
      return back !== undefined && (!p2pOnly || (isP2p && back))
    })
    return both.map(([there]) => there).sort()
  }
}

function sameLinks(a: Advert, b: Advert): boolean {
  if (a.links.size !== b.links.size) return false
  for (const [id, isP2p] of a.links) if (b.links.get(id) !== isP2p) return false
  return true
}
