import type { ErrorCode } from '@pigeon/signaling-protocol'
import type { PeerId } from '@pigeon/xor'

/** Why a peer is no member any more: it said goodbye, its connection ended, or the hub ended it. */
export type LeaveReason = 'goodbye' | 'closed' | ErrorCode

/** What happens on a hub. */
export interface HubEvents {
  /** A peer joined a network. `totalConnections` counts the members of all networks. */
  peerConnected: (event: { peerId: PeerId; network: string; totalConnections: number }) => void
  /** A peer left its network. */
  peerDisconnected: (event: {
    peerId: PeerId
    network: string
    totalConnections: number
    reason: LeaveReason
  }) => void
  /** A peer said goodbye; `peerDisconnected` follows. */
  peerGoodbye: (event: { peerId: PeerId; network: string }) => void
  /** The hub refused or ended a connection: a limit was reached or a rule broken. */
  limit: (event: {
    code: ErrorCode
    message: string
    remoteAddress: string
    peerId: PeerId | undefined
  }) => void
}

/** Numbers of a hub; counters since it was made. */
export interface HubStats {
  /** Connections now, those still being closed included. */
  connections: number
  /** Members of all networks now. */
  peers: number
  /** Networks with members now. */
  networks: number
  /** RELAY messages handed on. */
  relayed: number
  /** RELAY messages answered by UNDELIVERABLE. */
  undeliverable: number
  /** Messages dropped because their sender sends too much. */
  rateLimited: number
  /** Messages that made no sense. */
  malformed: number
  /** Ids told in WELCOME and PEERS. */
  named: number
  /** Connections the hub refused or ended, by code. */
  closed: Partial<Record<ErrorCode, number>>
}

/** A member, as `getPeers` lists it. Times are ms since the Unix epoch. */
export interface HubPeer {
  peerId: PeerId
  network: string
  connectedAt: number
  lastHeardAt: number
}
