import type { PeerId } from '@pigeon/peer'
import type { GraphNode } from '@pigeon/peer/graph'

/** How many links each peer is away from the first, over the links that peers tell of. */
export function hopsFrom(start: PeerId, nodes: readonly GraphNode[]): Map<PeerId, number> {
  const neighbours = new Map<PeerId, Set<PeerId>>()
  const join = (a: PeerId, b: PeerId): void => {
    neighbours.set(a, (neighbours.get(a) ?? new Set()).add(b))
  }
  for (const { peerId, links } of nodes) {
    for (const other of links) {
      join(peerId, other)
      join(other, peerId)
    }
  }
  const hops = new Map([[start, 0]])
  for (const [peer, count] of hops) {
    for (const next of neighbours.get(peer) ?? []) {
      if (!hops.has(next)) hops.set(next, count + 1)
    }
  }
  return hops
}
