import { closest, isBetween, type PeerId, predecessors, successors } from '@pigeon/xor'

/** What the choice of links depends on. */
export interface Situation {
  readonly self: PeerId
  /** Peers with a link that is open or being opened. */
  readonly linked: ReadonlySet<PeerId>
  readonly maxPeers: number
}

/** Links a peer may have beyond `maxPeers`, for ring neighbours that are just being exchanged. */
const SPARE_LINKS = 2

/**
 * Whom to dial, most wanted first: the next id on either side of the ring always, since the ring
 * alone keeps the network in one piece, then the closest by XOR while there is room.
 * @param candidates peers that may be dialled now
 */
export function peersToDial(situation: Situation, candidates: readonly PeerId[]): PeerId[] {
  const { self, linked, maxPeers } = situation
  const free = candidates.filter((id) => !linked.has(id))
  const ring = free.filter((id) => isRingNeighbour(situation, id, free))
  const rest = free.filter((id) => !ring.includes(id))
  const room = Math.max(0, maxPeers - linked.size - ring.length)
  return [...ring.slice(0, maxPeers + SPARE_LINKS - linked.size), ...closest(self, rest, room)]
}

/**
 * Whether to take a link that `peer` asks for: while there is room, and a little beyond it if it
 * is nearer on the ring than all links on that side.
 */
export function admits(situation: Situation, peer: PeerId): boolean {
  const { linked, maxPeers } = situation
  if (linked.size < maxPeers) return true
  return linked.size < maxPeers + SPARE_LINKS && isRingNeighbour(situation, peer, [])
}

/** Which links to end if there are more than `maxPeers`: the farthest, never a ring neighbour. */
export function peersToEvict({ self, linked, maxPeers }: Situation): PeerId[] {
  const excess = linked.size - maxPeers
  if (excess <= 0) return []
  const ring = [...successors(self, linked, 1), ...predecessors(self, linked, 1)]
  const rest = [...linked].filter((id) => !ring.includes(id))
  return closest(self, rest, rest.length).slice(-excess)
}

/** Whether nobody linked or in `others` lies between `self` and `peer` on one side. */
function isRingNeighbour(
  { self, linked }: Situation,
  peer: PeerId,
  others: readonly PeerId[],
): boolean {
  const all = [...linked, ...others]
  const [next] = successors(self, all, 1)
  const [previous] = predecessors(self, all, 1)
  if (next === undefined || previous === undefined) return true
  return (
    peer === next ||
    peer === previous ||
    isBetween(self, peer, next) ||
    isBetween(previous, peer, self)
  )
}
