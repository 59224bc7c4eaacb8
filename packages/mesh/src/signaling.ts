import type { SendResult, Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** What a mesh hears from whoever introduces peers to it. */
export interface SignalingEvents {
  connected: (event: { url: string; peers: readonly PeerId[] }) => void
  /** Peers of the network this one may link with. */
  peers: (peers: readonly PeerId[]) => void
  left: (peer: PeerId) => void
  /** Bytes from another peer; the sender is who it says. */
  relay: (from: PeerId, payload: Uint8Array) => void
  /** A payload did not reach its target: there is no such peer, or this one sends too much. */
  undeliverable: (to: PeerId, reason: 'unknown' | 'rate-limited') => void
}

/** How a mesh meets peers it has no link to: the `SignalingClient` of `@pigeon/signaling-protocol`, or a stand-in. */
export interface Signaling {
  /** Brings bytes to a peer of the network; `gone` while there is no hub. */
  send(to: PeerId, payload: Uint8Array): SendResult
  /**
   * Asks for peers; they come as a `peers` event, unless the hub knows of none nearer than `ring`.
   * @param ring the next ids on either side there is a link to
   */
  query(ring?: readonly PeerId[]): unknown
  on<E extends keyof SignalingEvents>(event: E, listener: SignalingEvents[E]): Unsubscribe
}
