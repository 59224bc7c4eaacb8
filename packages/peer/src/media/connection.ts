import type { RtcPeer } from '@pigeon/webrtc'

/** The part of W3C `RTCRtpSender` that is used here. */
export interface Sender {
  readonly track: MediaStreamTrack | null
  replaceTrack(track: MediaStreamTrack | null): Promise<unknown> | unknown
  /** Not in all browsers. */
  setStreams?(...streams: MediaStream[]): void
}

/** The part of W3C `RTCRtpTransceiver` that is used here. */
interface Transceiver {
  readonly sender: Sender
  readonly receiver: { readonly track: { readonly kind: string } }
  direction: string
}

/** The part of W3C `RTCPeerConnection` that media needs besides. */
export interface MediaConnection extends RtcPeer {
  addTrack(track: MediaStreamTrack, ...streams: MediaStream[]): Sender
  removeTrack(sender: Sender): void
  getTransceivers(): readonly Transceiver[]
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

/**
 * Sends a track in a section of the connection that is idle, else in a new one: `addTrack` never
 * uses one again (W3C webrtc-pc, §5.1), and with each new section descriptions grow until they are
 * too long to be sent.
 */
export function sendTrack(
  connection: MediaConnection,
  track: MediaStreamTrack,
  stream: MediaStream,
): Sender {
  const idle = connection.getTransceivers().find(({ sender, receiver, direction }) => {
    const isIdle = sender.track === null && (direction === 'recvonly' || direction === 'inactive')
    return isIdle && receiver.track.kind === track.kind && sender.setStreams !== undefined
  })
  if (idle === undefined) return connection.addTrack(track, stream)
  idle.sender.setStreams?.(stream)
  // It fails once the connection is closed, and then nothing is sent.
  Promise.resolve(idle.sender.replaceTrack(track)).catch(() => undefined)
  idle.direction = idle.direction === 'recvonly' ? 'sendrecv' : 'sendonly'
  return idle.sender
}

/**
 * Ends what {@link sendTrack} began. `removeTrack` alone does nothing while the track is not in its
 * place yet (W3C webrtc-pc, §5.1), and would leave it to be sent.
 */
export function stopTrack(connection: MediaConnection, sender: Sender): void {
  connection.removeTrack(sender)
  const transceiver = connection.getTransceivers().find((one) => one.sender === sender)
  if (transceiver?.direction === 'sendrecv') transceiver.direction = 'recvonly'
  if (transceiver?.direction === 'sendonly') transceiver.direction = 'inactive'
  // After a track that is on its way.
  Promise.resolve(sender.replaceTrack(null)).catch(() => undefined)
}
