import { nextOnEitherSide, type PeerId, type RoutingTable } from '@pigeon/xor'

/** Known peers looked at on one side. */
const LOOK_AHEAD = 12

/** One side of the ring, as a peer sees it. */
export interface Side {
  /** The next peer there is a link to. */
  readonly linked: PeerId | undefined
  /** Peers that may be tried and are nearer than that one, nearest first. */
  readonly between: readonly PeerId[]
}

/** What lies on either side: first clockwise, then the other way. */
export function sidesOf(table: RoutingTable, linked: ReadonlySet<PeerId>): readonly [Side, Side] {
  const { successors, predecessors } = table.ring(LOOK_AHEAD)
  return [side(successors, linked), side(predecessors, linked)]
}

function side(ids: readonly PeerId[], linked: ReadonlySet<PeerId>): Side {
  const at = ids.findIndex((id) => linked.has(id))
  return at < 0
    ? { linked: undefined, between: ids }
    : { linked: ids[at], between: ids.slice(0, at) }
}

/** Whether a link to `peer` would be the next one on its side of `self`. */
export function isNext(self: PeerId, linked: Iterable<PeerId>, peer: PeerId): boolean {
  return nextOnEitherSide(self, [...linked, peer]).includes(peer)
}
