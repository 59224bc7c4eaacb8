import type { PeerId, PigeonMeshEvents } from '@pigeon/peer'

type Of<E extends keyof PigeonMeshEvents> = Parameters<PigeonMeshEvents[E]>[0]

/** What a status is about. */
export type StatusType =
  | 'setup'
  | 'info'
  | 'connected'
  | 'disconnected'
  | 'setting'
  | 'warning'
  | 'error'

/** What happens on a {@link PeerPigeonMesh}: each event is a plain object. */
export type PeerPigeonMeshEvents = {
  /** A hub let this peer in. */
  connected: { readonly hub: string }
  /** The hub is gone; links that are up stay up. */
  disconnected: { readonly hub: string; readonly reason: string; readonly willRetry: boolean }
  peerDiscovered: { readonly peerId: PeerId }
  peerConnected: {
    readonly peerId: PeerId
    readonly initiator: boolean
    readonly verified: boolean
  }
  peerDisconnected: { readonly peerId: PeerId; readonly reason: string }
  peerReconnecting: { readonly peerId: PeerId }
  peerReconnected: { readonly peerId: PeerId; readonly ms: number }
  peerEvicted: { readonly peerId: PeerId; readonly reason: string }
  messageReceived: Omit<Of<'messageReceived'>, 'path'> & { readonly path: readonly PeerId[] }
  messageDelivered: Of<'messageDelivered'>
  messageFailed: Of<'messageFailed'>
  statusChanged: { readonly type: StatusType; readonly message: string }
  /** Who is linked changed. */
  peersUpdated: undefined
  localStreamStarted: { readonly stream: MediaStream }
  localStreamStopped: undefined
  remoteStream: { readonly peerId: PeerId; readonly stream: MediaStream }
  dhtValueChanged: { readonly key: string; readonly newValue: unknown }
  storageDataUpdated: { readonly key: string; readonly version: number; readonly owner: string }
}
