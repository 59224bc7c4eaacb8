import type { PeerId } from '@pigeon/xor'
import { CLOSEST_PEERS, SMALL_NETWORK } from '../discovery.ts'
import type { Network } from '../network.ts'

/** Peers with the next larger ids, and with the next smaller ones. */
const V1_NEXT_IDS = 10

/**
 * Who is told of a peer of version 1, and whom it is told of: everyone in a network of up to 50; else
 * the 20 closest by XOR and the next ten on either side. Only the one with the larger id dials, so
 * each has to know of the other.
 */
export function v1Audience(network: Network<unknown>, id: PeerId): PeerId[] {
  if (network.size <= SMALL_NETWORK) return network.ids.filter((other) => other !== id)
  return [
    ...new Set([...network.closest(id, CLOSEST_PEERS), ...network.ringNeighbours(id, V1_NEXT_IDS)]),
  ]
}

/** Peers that hear a goodbye: PeerPigeon's five closest. */
export function v1Farewell(network: Network<unknown>, id: PeerId): PeerId[] {
  return network.closest(id, 5)
}
