/**
 * 160-bit ids, the XOR metric, ring order, and the k closest of a set.
 * @module
 */

export { closest, closestOnRing } from './closest.ts'
export { ClosestIndex } from './closest-index.ts'
export {
  assertPeerId,
  ID_BITS,
  ID_BYTES,
  isPeerId,
  type PeerId,
  peerIdFromBytes,
  peerIdToBytes,
  randomPeerId,
} from './id.ts'
export { bucketIndex, compareDistance, prefixLength, xorDistance } from './metric.ts'
export { peerIdFromName } from './name.ts'
export {
  clockwise,
  closerOnRing,
  compareRingDistance,
  isBetween,
  predecessors,
  ringDistance,
  successors,
} from './ring.ts'
export { nextOnEitherSide, RING_SPAN, type RingNeighbours, RoutingTable } from './routing-table.ts'
