import type { PeerId } from '@pigeon/xor'
import type { OfferedIceServer } from './bodies.ts'
import type { ErrorCode } from './codes.ts'

/**
 * What a client is doing: not started; trying a hub; a member of its network there; between two
 * attempts; ended for good.
 */
export type SignalingState = 'idle' | 'connecting' | 'connected' | 'waiting' | 'closed'

/** What happens on a {@link SignalingClient}. */
export interface SignalingEvents {
  /** A member of the network at this hub, which names these peers to ask for a link. */
  connected: (event: { url: string; peers: readonly PeerId[] }) => void
  /** The STUN and TURN servers it offers, told before each `connected`. */
  iceServers: (servers: readonly OfferedIceServer[]) => void
  /** A connection, or an attempt at one, ended. `code` is a WebSocket close code. */
  disconnected: (event: {
    url: string
    code: number
    reason: string
    willRetry: boolean
    retryInMs: number
  }) => void
  /** The hub names peers: newcomers close on the ring, or the answer to a query. */
  peers: (peers: readonly PeerId[]) => void
  /** The hub lost a peer close on the ring. Links to it may well live on. */
  left: (peer: PeerId) => void
  /** A message from another member, whose id the hub vouches for. The payload is the listener's. */
  relay: (from: PeerId, payload: Uint8Array) => void
  /** What was sent to this peer lately did not reach it. `unknown` may mean: not yet, see `away`. */
  undeliverable: (to: PeerId, reason: 'unknown' | 'rate-limited') => void
  /**
   * This peer's connection was just lost: the hub keeps for it, some seconds, what was sent. Comes
   * before `undeliverable`, `unknown`.
   */
  away: (to: PeerId) => void
  /** The hub is about to stop; this client moves to another one after so many milliseconds. */
  goaway: (event: { urls: readonly string[]; afterMs: number }) => void
  /** No hub takes this client, and trying again would not help: it is closed. */
  refused: (event: { code: ErrorCode; message: string }) => void
}

/** Counters of a {@link SignalingClient} since it was made. */
export interface SignalingStats {
  /** Attempts at a connection. */
  attempts: number
  /** Messages that arrived. */
  received: number
  /** Of those, messages of a type this version does not know. They are skipped. */
  unknown: number
  /** Of those, messages that break the format or come at the wrong time. They are skipped. */
  malformed: number
}
