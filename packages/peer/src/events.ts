import type { LinkRefusal } from '@pigeon/identity'
import type { CloseReason } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Json } from './content.ts'

/** That one end would not have a link. */
export interface PeerRefusal {
  readonly code: LinkRefusal
  /** Which end refused: what `peer` says is its word alone. */
  readonly by: 'self' | 'peer'
}

/** What happens on a {@link PigeonMesh}. */
export interface PigeonMeshEvents {
  /** A hub let this peer in; again after each outage. */
  connected: (event: { hub: string }) => void
  /** The hub is gone; links that are up stay up. */
  disconnected: (event: { hub: string; reason: string; willRetry: boolean }) => void
  /** This mesh was closed. */
  closed: () => void
  peerDiscovered: (event: { peerId: PeerId }) => void
  /** A direct link is open; `connectMs` is how long that took. */
  peerConnected: (event: {
    peerId: PeerId
    initiator: boolean
    connectMs: number
    /** Whether the id is proven. */
    verified: boolean
  }) => void
  /** The link ended; what was not mended within seconds after `peerReconnecting` ends so, too. */
  peerDisconnected: (event: {
    peerId: PeerId
    reason: CloseReason
    refusal: PeerRefusal | undefined
  }) => void
  /** A link did not open. If one side refused it, `refusal` says which, and its code why. */
  peerFailed: (event: {
    peerId: PeerId
    reason: CloseReason
    refusal: PeerRefusal | undefined
  }) => void
  /** Nothing came from a linked peer for 3 s; `peerReconnected` or `peerDisconnected` follows. */
  peerReconnecting: (event: { peerId: PeerId }) => void
  /** It is heard again; `ms` is for how long it was not. */
  peerReconnected: (event: { peerId: PeerId; ms: number }) => void
  /** This side let go of a link to make room; `peerDisconnected` follows. */
  peerEvicted: (event: { peerId: PeerId; reason: 'capacity' }) => void
  /** Something its user should know, in English: such as too few links to hold a network together. */
  warning: (event: { message: string }) => void
  messageReceived: (event: {
    /** Who wrote it. */
    from: PeerId
    /** Whether that is proven; it always is, unless this peer has `allowUnverified`. */
    verified: boolean
    content: Json | Uint8Array
    /** Whether it was meant for this peer alone. */
    direct: boolean
    /** Links it passed. */
    hops: number
    /** Hops it might still have gone; 0 for a direct message. */
    ttl: number
    /** When it was sent, by the sender's clock, ms since 1970. */
    timestamp: number
    messageId: string
    /** The peers it passed, sender first, if it was sent with `tracePath`. */
    path: readonly PeerId[] | undefined
  }) => void
  /** A direct message arrived; `ms` is the time there and back. */
  messageDelivered: (event: { messageId: string; to: PeerId; hops: number; ms: number }) => void
  messageFailed: (event: {
    messageId: string
    to: PeerId
    code: 'NO_ROUTE' | 'TIMEOUT' | 'CONGESTED'
  }) => void
}
