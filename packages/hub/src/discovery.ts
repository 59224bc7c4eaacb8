import type { Random } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Network } from './network.ts'

/** Up to this many members a newcomer is told of everyone: fewer names would save nothing. */
export const SMALL_NETWORK = 50

/** Peers told for their small XOR distance: Kademlia's k (Maymounkov & Mazières 2002, §2.2). */
export const CLOSEST_PEERS = 20

/** Peers told on each side of the ring: half a leaf set of Pastry (Rowstron & Druschel 2001, §2.1). */
export const RING_PEERS_EACH_SIDE = 4

/** Peers told at random, so that nobody can surround a newcomer by grinding ids. */
export const RANDOM_PEERS = 8

/** Whom a peer is told of when it joins or asks: at most 50 ids, without its own. */
export function discover(network: Network<unknown>, id: PeerId, random: Random): PeerId[] {
  if (network.size <= SMALL_NETWORK) return network.ids.filter((other) => other !== id)
  const found = new Set([
    ...network.closest(id, CLOSEST_PEERS),
    ...network.ringNeighbours(id, RING_PEERS_EACH_SIDE),
    ...network.sample(RANDOM_PEERS, random),
  ])
  found.delete(id)
  return [...found]
}

/** Who is told that a peer came or left: its neighbours on the ring. */
export function audience(network: Network<unknown>, id: PeerId): PeerId[] {
  return network.ringNeighbours(id, RING_PEERS_EACH_SIDE)
}
