/** A STUN or TURN server, as in W3C webrtc-pc §4.2.2. */
export interface IceServer {
  readonly urls: string | string[]
  readonly username?: string
  readonly credential?: string
}

/** An offer or answer in SDP. */
export interface RtcDescription {
  readonly type: 'offer' | 'answer' | 'pranswer' | 'rollback'
  readonly sdp?: string
}

/** An ICE candidate line and the media section it belongs to. */
export interface RtcCandidate {
  readonly candidate: string
  readonly sdpMid?: string | null
  readonly sdpMLineIndex?: number | null
}

/** Any event of an engine; each kind has its own property, if any. */
export interface RtcEvent {
  /** Of `icecandidate`; none at the end. */
  readonly candidate?: RtcCandidate | null
  /** Of `datachannel`. */
  readonly channel?: RtcChannel
  /** Of `message`. */
  readonly data?: unknown
}

/**
 * The part of W3C `RTCDataChannel` that a link uses. Events: `open`, `closing`, `close`,
 * `bufferedamountlow` and `message` (with `data`, an ArrayBuffer or a view).
 */
export interface RtcChannel {
  binaryType?: string
  readonly readyState: string
  /** Bytes handed to {@link send} that have not left yet. */
  readonly bufferedAmount: number
  bufferedAmountLowThreshold: number
  /** Takes one fragment: never empty, and never changed after this call. */
  send(fragment: Uint8Array<ArrayBuffer>): void
  close(): void
  addEventListener(type: string, listener: (event: RtcEvent) => void): void
}

/**
 * The part of W3C `RTCPeerConnection` that a link uses. Events: `icecandidate`, `datachannel`,
 * `negotiationneeded` and `connectionstatechange`.
 */
export interface RtcPeer {
  readonly connectionState: string
  readonly signalingState: string
  readonly localDescription: RtcDescription | null
  readonly remoteDescription: RtcDescription | null
  createDataChannel(
    label: string,
    init: { negotiated: boolean; id: number; ordered: boolean; maxRetransmits?: number },
  ): RtcChannel
  /** @param options `iceRestart`: look for new paths; only of engines whose traits say so */
  createOffer(options?: { iceRestart: boolean }): Promise<RtcDescription>
  createAnswer(): Promise<RtcDescription>
  setLocalDescription(description: RtcDescription): Promise<unknown>
  setRemoteDescription(description: RtcDescription): Promise<unknown>
  addIceCandidate(candidate: RtcCandidate): Promise<unknown>
  /** As in W3C webrtc-stats; without, nothing is known of a link's path. */
  getStats?(): Promise<{ forEach(visit: (entry: unknown) => void): void }>
  close(): unknown
  addEventListener(type: string, listener: (event: RtcEvent) => void): void
}

/** Which paths a connection may take: any, or through TURN servers only. */
export type IceTransportPolicy = 'all' | 'relay'

/** What is peculiar to an engine. */
export interface RtcTraits {
  /** Default of {@link WebRtcLinksOptions.windowBytes}. */
  readonly windowBytes: number
  /** How much of the window may lie in the engine's own buffer, bytes; the rest waits before it. */
  readonly bufferBytes: number
  /** Whether the data channel survives a restart of ICE (RFC 8445, §9). */
  readonly iceRestart: boolean
}

/**
 * An implementation of WebRTC: {@link browserEngine} of `@pigeon/webrtc/browser`,
 * {@link weriftEngine} of `@pigeon/webrtc/werift`, or one of your own.
 */
export interface RtcEngine {
  /** For people and logs. */
  readonly name: string
  readonly traits: RtcTraits
  /**
   * A fresh peer connection that contacts no server but `iceServers`.
   * @throws whatever the engine throws; the link then closes with `failed`
   */
  create(config: {
    readonly iceServers: readonly IceServer[]
    readonly iceTransportPolicy?: IceTransportPolicy
  }): RtcPeer
}
