import type { Clock, CloseReason, LinkFactory, Random } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Signaling } from './signaling.ts'

/** Options of a `Mesh`. */
export interface MeshOptions {
  self: PeerId
  /** Introduces peers; belongs to the caller, who starts and closes it. */
  signaling: Signaling
  /** Makes links. */
  links: LinkFactory
  clock: Clock
  random: Random
  /** Links to have at most, 1 to 50; ring neighbours may exceed it by two. Default 8. */
  maxPeers?: number
  /** Links below which the hub is asked for more peers, 0 to `maxPeers`. Default 3, or `maxPeers`. */
  minPeers?: number
  /** Links being opened at once by this side. Default 4. */
  maxDials?: number
  /** Peers remembered; of more, the closest by XOR. Default 1,000. */
  maxContacts?: number
}

/** What happens on a a `Mesh`. */
export interface MeshEvents {
  peerDiscovered: (event: { peerId: PeerId }) => void
  /** A peer can be sent to; `connectMs` is the time since the first signal. */
  peerConnected: (event: { peerId: PeerId; initiator: boolean; connectMs: number }) => void
  /** The last link to the peer ended. */
  peerDisconnected: (event: { peerId: PeerId; reason: CloseReason }) => void
}
