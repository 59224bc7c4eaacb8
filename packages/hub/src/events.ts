import type { ErrorCode } from '@pigeon/signaling-protocol'
import type { PeerId } from '@pigeon/xor'

/** Why a peer is no member any more: it said goodbye, its connection ended, or the hub ended it. */
export type LeaveReason = 'goodbye' | 'closed' | ErrorCode

/** What happens on a hub. */
export interface HubEvents {
  /** The hub takes nobody any more, and asks its clients to move. */
  draining: (event: { connections: number; durationMs: number }) => void
  /** The last of them has moved. */
  drained: () => void
  /** A peer joined a network. `totalConnections` counts the members of all networks. */
  peerConnected: (event: { peerId: PeerId; network: string; totalConnections: number }) => void
  /** A peer left its network. */
  peerDisconnected: (event: {
    peerId: PeerId
    network: string
    totalConnections: number
    reason: LeaveReason
  }) => void
  /** A peer of version 1 announced itself; `peerConnected` came before. */
  peerAnnounced: (event: { peerId: PeerId; network: string }) => void
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
  /** Of those members, peers of version 1. */
  v1Peers: number
  /** Members whose connection was lost a moment ago, for whom messages are kept. */
  away: number
  /** RELAY messages kept for them. */
  kept: number
  /** Messages of version 1 that claimed to be from somebody else. */
  spoofed: number
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
