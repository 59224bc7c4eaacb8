import type { RtcCandidate, RtcPeer } from './engine.ts'

/** What a link hears of an engine's connection. */
export interface PeerListener {
  /** Whether the connection is still the one of the link. */
  isCurrent(): boolean
  found(candidate: RtcCandidate): void
  renegotiate(): void
  /** There is a path, and it is encrypted. */
  connected(): void
  broken(): void
}

/** Tells of what happens on a connection, while it is current. */
export function listenTo(peer: RtcPeer, listener: PeerListener): void {
  peer.addEventListener('icecandidate', ({ candidate }) => {
    if (candidate && listener.isCurrent()) listener.found(candidate)
  })
  peer.addEventListener('negotiationneeded', () => {
    if (listener.isCurrent()) listener.renegotiate()
  })
  peer.addEventListener('connectionstatechange', () => {
    const { connectionState: state } = peer
    if (!listener.isCurrent()) return
    if (state === 'connected') listener.connected()
    else if (state === 'failed' || state === 'closed') listener.broken()
  })
  // All we need is channel 0; others would only take up room.
  peer.addEventListener('datachannel', ({ channel }) => channel?.close())
}
