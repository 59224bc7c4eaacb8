import { bucketIndex, compareDistance, type PeerId, predecessors, successors } from '@pigeon/xor'

/** Up to so many hubs all are linked with all. */
const FULL_MESH = 12

/** Beyond that: so many on each side of the ring. */
const EACH_SIDE = 2

/**
 * Which hubs of a cluster a hub wants a session with: all of a few; of more the next on the ring, and
 * one of each XOR bucket, so that any other is a few hops away.
 */
export function wantedNeighbours(self: PeerId, known: ReadonlySet<PeerId>): Set<PeerId> {
  if (known.size <= FULL_MESH) return new Set(known)
  const wanted = new Set([
    ...successors(self, known, EACH_SIDE),
    ...predecessors(self, known, EACH_SIDE),
  ])
  const buckets = new Map<number, PeerId>()
  // The closest of each bucket, so that no hub is everybody's choice.
  for (const id of [...known].sort((a, b) => compareDistance(self, a, b))) {
    const bucket = bucketIndex(self, id)
    if (!buckets.has(bucket)) buckets.set(bucket, id)
  }
  // The farthest buckets hold most hubs.
  for (const [, id] of [...buckets].sort(([a], [b]) => b - a).slice(0, FULL_MESH - wanted.size)) {
    wanted.add(id)
  }
  return wanted
}
