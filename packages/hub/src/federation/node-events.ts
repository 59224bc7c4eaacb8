import type { PeerId } from '@pigeon/xor'
import type { HubLinkKind } from './link-kind.ts'

/** What a hub says of itself to others. */
export interface HubAnnouncement {
  readonly isHub: true
  /** Where it is reached; empty, and port 0, if it does not know yet. */
  readonly url: string
  readonly host: string
  readonly port: number
  readonly region: string
  readonly capabilities: readonly ['signaling', 'relay']
}

/** What happens between hubs. The first eight events are PeerPigeon's, with its fields. */
export interface HubNodeEvents {
  bootstrapConnected: (event: { uri: string }) => void
  bootstrapDisconnected: (event: { uri: string; code: number; reason: string }) => void
  /** Another hub can be reached; `via` is the address of the hub that it was heard of from, or empty. */
  hubDiscovered: (event: { peerId: PeerId; via: string; data: HubAnnouncement }) => void
  /** A signal for a peer-to-peer link between hubs came. */
  bootstrapSignaling: (event: {
    type: string
    data: unknown
    fromPeerId: PeerId
    uri: string
  }) => void
  hubP2PConnected: (event: { hubPeerId: PeerId }) => void
  hubP2PDisconnected: (event: { hubPeerId: PeerId }) => void
  hubMeshReady: (event: { p2pConnections: number; totalHubs: number }) => void
  hubMeshMigrated: (event: { migratedCount: number; p2pConnections: number }) => void
  /** Peer-to-peer links were lost: hubs are dialled again. */
  hubMeshFallback: (event: { p2pConnections: number; totalHubs: number }) => void
  /** A hub cannot be reached any more. */
  hubLost: (event: { hubPeerId: PeerId }) => void
  hubLinkUp: (event: { hubPeerId: PeerId; kind: HubLinkKind }) => void
  hubLinkDown: (event: { hubPeerId: PeerId; kind: HubLinkKind }) => void
  /** A link between hubs was refused, by either side; `reason` says what to set. */
  hubRefused: (event: { hubPeerId: PeerId | undefined; uri: string; reason: string }) => void
  /** An address is dialled no more. */
  bootstrapGaveUp: (event: { uri: string; attempts: number }) => void
}
