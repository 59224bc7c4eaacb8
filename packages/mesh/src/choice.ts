import { nextOnEitherSide, type PeerId, type RoutingTable } from '@pigeon/xor'

/** Links a peer may have beyond `maxPeers`, for ring neighbours that are just being exchanged. */
const SPARE_LINKS = 2

/** What the choice of links depends on. */
export interface Situation {
  /** Every peer that is known. */
  readonly table: RoutingTable
  /** Peers with a link that is open or being opened. */
  readonly linked: ReadonlySet<PeerId>
  readonly maxPeers: number
}

/**
 * Whom to dial, most wanted first, as {@link RoutingTable.wanted} says; ring neighbours even a
 * little beyond `maxPeers`.
 * @param isReady which peers may be dialled now
 */
export function peersToDial(
  { table, linked, maxPeers }: Situation,
  isReady: (peer: PeerId) => boolean,
): PeerId[] {
  const room = Math.max(0, maxPeers + SPARE_LINKS - linked.size)
  return table.wanted(linked, maxPeers, isReady).slice(0, room)
}

/**
 * Whether to take a link that `peer` asks for: while there is room, and a little beyond it if it
 * is nearer on the ring than all links on that side.
 */
export function admits({ table, linked, maxPeers }: Situation, peer: PeerId): boolean {
  if (linked.size < maxPeers) return true
  if (linked.size >= maxPeers + SPARE_LINKS) return false
  return nextOnEitherSide(table.self, [...linked, peer]).includes(peer)
}
