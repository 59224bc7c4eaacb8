import type { PeerId } from '@pigeon/peer'

/** How a {@link PeerPigeonMesh} is. */
export interface MeshStatus {
  readonly peerId: PeerId | null
  /** Whether a hub is connected. */
  readonly connected: boolean
  /** Direct links. */
  readonly connectedCount: number
  /** Peers known, linked or not. */
  readonly discoveredCount: number
  readonly maxPeers: number
  readonly minPeers: number
  readonly autoDiscovery: boolean
  readonly autoConnect: boolean
  readonly evictionStrategy: boolean
  readonly xorRouting: boolean
  readonly connectionType: 'websocket'
  readonly networkName: string
  readonly signalingUrl: string | null
  /** Ms since the first hub let this peer in; 0 before. */
  readonly uptime: number
}

/** A peer that is known. */
export interface DiscoveredPeer {
  readonly peerId: PeerId
  /** Whether it is linked. */
  readonly isConnected: boolean
}
