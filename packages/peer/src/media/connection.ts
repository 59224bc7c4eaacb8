import type { RtcPeer } from '@pigeon/webrtc'

/** The part of W3C `RTCRtpSender` that is used here. */
export interface Sender {
  replaceTrack(track: MediaStreamTrack | null): Promise<unknown> | unknown
}

/** The part of W3C `RTCPeerConnection` that media needs besides. */
export interface MediaConnection extends RtcPeer {
  addTrack(track: MediaStreamTrack, ...streams: MediaStream[]): Sender
  removeTrack(sender: Sender): void
}

/** What came with a `track` event. */
export interface TrackEvent {
  readonly track: MediaStreamTrack
  readonly streams: readonly MediaStream[]
}

/** A connection that takes tracks, or nothing. */
export function mediaConnection(peer: RtcPeer | undefined): MediaConnection | undefined {
  return peer !== undefined && 'addTrack' in peer ? (peer as MediaConnection) : undefined
}
