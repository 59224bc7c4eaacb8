import type { Clock, CloseReason, LinkFactory, Random, Refusal } from '@pigeon/transport'
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
  /**
   * Links to have at most, 1 to 50; ring neighbours may exceed it by two for a while. With 1 or 2
   * the network may fall apart. Default 8.
   */
  maxPeers?: number
  /** Links below which the hub is asked for more peers, 0 to `maxPeers`. Default 3, or `maxPeers`. */
  minPeers?: number
  /** Links asked for and not open yet, one of them for the ring. Default 4. */
  maxDials?: number
  /** Peers remembered; of more, those last heard of. Default 1,000. */
  maxContacts?: number
  /** Whether peers that are discovered are linked with. Default true. */
  autoDiscovery?: boolean
  /**
   * Whether a link may make way for a better one: a newcomer from a part of the id space where
   * there is no link yet. Ring neighbours are always admitted. Default true.
   */
  evictionStrategy?: boolean
  /** Whether links beyond the ring are chosen by XOR buckets; else at random. Default true. */
  xorRouting?: boolean
}

/** What happens on a `Mesh`. */
export interface MeshEvents {
  peerDiscovered: (event: { peerId: PeerId }) => void
  /** A peer can be sent to; `connectMs` is the time since the first signal. */
  peerConnected: (event: { peerId: PeerId; initiator: boolean; connectMs: number }) => void
  /** The last link to the peer ended. */
  peerDisconnected: (event: {
    peerId: PeerId
    reason: CloseReason
    /** If one side would not have it, why. */
    refusal: Refusal | undefined
  }) => void
  /** A link that both sides agreed to did not open. */
  peerFailed: (event: {
    peerId: PeerId
    reason: CloseReason
    /** If one side would not have it, why; else the path was not found, or the peer is gone. */
    refusal: Refusal | undefined
  }) => void
  /** This side let go of a link to make room; `peerDisconnected` follows. */
  peerEvicted: (event: { peerId: PeerId; reason: 'capacity' }) => void
  /** A peer fell silent; the path to it is being mended. */
  peerReconnecting: (event: { peerId: PeerId }) => void
  /** It is heard again, after so long. */
  peerReconnected: (event: { peerId: PeerId; ms: number }) => void
  /** Something its user should know, in English. */
  warning: (event: { message: string }) => void
}
