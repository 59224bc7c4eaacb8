import type { IceServer, IceTransportPolicy, RtcEngine, RtcPeer, RtcTraits } from './engine.ts'

/** What makes connections in the shape of W3C's `RTCPeerConnection`. */
export type RtcPeerConstructor = new (config: {
  iceServers: IceServer[]
  iceTransportPolicy: IceTransportPolicy
}) => RtcPeer

/**
 * An engine of any WebRTC that has the shape of W3C's, such as that of `react-native-webrtc` or of
 * NativeScript. Its constructor must have `addEventListener`, and ask no server but the given ones.
 * @param traits where it differs from a browser: `iceRestart: false` if the data channel does not
 * survive one
 * @example
 * import { RTCPeerConnection } from 'react-native-webrtc'
 * const mesh = await joinMesh('demo', { hubs, engine: w3cEngine(RTCPeerConnection) })
 */
export function w3cEngine(
  Peer: RtcPeerConstructor,
  { name = 'w3c', ...traits }: Partial<RtcTraits> & { name?: string } = {},
): RtcEngine {
  return {
    name,
    traits: { windowBytes: 256 * 1024, bufferBytes: 128 * 1024, iceRestart: true, ...traits },
    create: ({ iceServers, iceTransportPolicy = 'all' }) =>
      new Peer({ iceServers: [...iceServers], iceTransportPolicy }),
  }
}
