import type { Transport } from '@pigeon/transport'
import { closerOnRing, type PeerId } from '@pigeon/xor'
import type { Neighbourhood } from './neighbourhood.ts'
import type { Request } from './request-memory.ts'
import type { Tunnels } from './tunnels.ts'

/** A neighbour, and the peer closest to the target of those it is or is linked with. */
interface Candidate {
  readonly neighbour: PeerId
  readonly reach: PeerId
}

/** Whether `a` is closer to the target than `b`. */
type IsCloser = (a: PeerId, b: PeerId) => boolean

/** Chooses to whom a request is given next: to whoever it comes closer to its target by. */
export class NextHops {
  readonly #transport: Transport
  readonly #tunnels: Tunnels
  readonly #neighbourhood: Neighbourhood

  constructor(options: { transport: Transport; tunnels: Tunnels; neighbourhood: Neighbourhood }) {
    this.#transport = options.transport
    this.#tunnels = options.tunnels
    this.#neighbourhood = options.neighbourhood
  }

  /**
   * Neighbours and ends of tunnels by which the target comes closer, and that have not had the
   * request: best first, which is the target itself, then by the closest they know. For a wide
   * request then the others.
   */
  closer(request: Request): PeerId[] {
    const { target } = request.forward
    const isCloser = closerOnRing(target)
    const found = this.#candidates(request, isCloser)
    // Being the target counts before knowing it.
    const rank = ({ neighbour }: Candidate) => (neighbour === target ? 0 : 1)
    found.sort((a, b) => {
      if (rank(a) !== rank(b)) return rank(a) - rank(b)
      if (isCloser(a.reach, b.reach)) return -1
      return isCloser(b.reach, a.reach) ? 1 : 0
    })
    return found.map(({ neighbour }) => neighbour)
  }

  #candidates({ forward, asked, from }: Request, isCloser: IsCloser): Candidate[] {
    const { target, origin, search, wide } = forward
    const { self, neighbours } = this.#transport
    const ownSearch = search && target === origin
    const found: Candidate[] = []
    const consider = (neighbour: PeerId, reachOf: () => PeerId) => {
      // One that searches itself is looking for others.
      if (neighbour === from || asked.has(neighbour) || (ownSearch && neighbour === origin)) return
      const reach = reachOf()
      // The origin has nobody to be closer than: what it searches is its own id.
      if (wide || isCloser(reach, self) || (ownSearch && self === origin)) {
        found.push({ neighbour, reach })
      }
    }
    // Of one that searches itself, who is linked with it already leads nowhere new.
    const but = ownSearch ? target : undefined
    for (const peer of neighbours) consider(peer, () => this.#reach(peer, isCloser, but))
    for (const peer of this.#tunnels.peers) if (!neighbours.has(peer)) consider(peer, () => peer)
    return found
  }

  /** The closest of a neighbour and its links, without this peer and `but`. */
  #reach(neighbour: PeerId, isCloser: IsCloser, but: PeerId | undefined): PeerId {
    const { self } = this.#transport
    let best = neighbour
    for (const link of this.#neighbourhood.linksOf(neighbour)) {
      if (link !== self && link !== but && isCloser(link, best)) best = link
    }
    return best
  }
}
