import { type DescriptionType, PeerConnection } from 'node-datachannel'
import type {
  IceServer,
  IceTransportPolicy,
  RtcCandidate,
  RtcDescription,
  RtcPeer,
} from './engine.ts'
import { EventList } from './event-list.ts'
import { NodeDataChannel } from './node-datachannel-channel.ts'

/** A connection of node-datachannel in the shape of W3C's: data channels only. */
export class NodeDataChannelPeer extends EventList implements RtcPeer {
  readonly #native: PeerConnection
  #described: (description: RtcDescription) => void = () => {}
  connectionState = 'new'
  signalingState = 'stable'
  localDescription: RtcDescription | null = null
  remoteDescription: RtcDescription | null = null

  constructor(config: {
    iceServers: readonly IceServer[]
    iceTransportPolicy: IceTransportPolicy
  }) {
    super()
    this.#native = new PeerConnection('pigeon', {
      iceServers: config.iceServers.flatMap(toUrls),
      iceTransportPolicy: config.iceTransportPolicy,
      disableAutoNegotiation: true,
    })
    this.#native.onLocalDescription((sdp, type) => {
      this.localDescription = { type: type as RtcDescription['type'], sdp }
      this.#described(this.localDescription)
    })
    this.#native.onLocalCandidate((candidate, sdpMid) => {
      this.fire('icecandidate', {
        candidate: { candidate: toLine(candidate), sdpMid, sdpMLineIndex: 0 },
      })
    })
    this.#native.onStateChange((state) => {
      if (this.connectionState === 'closed') return
      this.connectionState = state
      this.fire('connectionstatechange')
    })
  }

  createDataChannel(
    label: string,
    {
      ordered,
      ...init
    }: { negotiated: boolean; id: number; ordered: boolean; maxRetransmits?: number },
  ): NodeDataChannel {
    return new NodeDataChannel(
      this.#native.createDataChannel(label, { ...init, unordered: !ordered }),
    )
  }

  /** It makes a description and uses it in one go: {@link setLocalDescription} has nothing to do. */
  createOffer(): Promise<RtcDescription> {
    this.signalingState = 'have-local-offer'
    return this.#describe('offer')
  }

  createAnswer(): Promise<RtcDescription> {
    return this.#describe('answer')
  }

  async setLocalDescription({ type }: RtcDescription): Promise<void> {
    if (type === 'answer') this.signalingState = 'stable'
  }

  async setRemoteDescription(description: RtcDescription): Promise<void> {
    this.#native.setRemoteDescription(description.sdp ?? '', description.type as DescriptionType)
    this.remoteDescription = description
    this.signalingState = description.type === 'offer' ? 'have-remote-offer' : 'stable'
  }

  async addIceCandidate({ candidate, sdpMid }: RtcCandidate): Promise<void> {
    this.#native.addRemoteCandidate(candidate, sdpMid ?? '0')
  }

  /** Its path alone, as entries of W3C webrtc-stats. */
  async getStats(): Promise<{ forEach(visit: (entry: unknown) => void): void }> {
    const pair = this.#native.getSelectedCandidatePair()
    if (pair === null) return []
    return [
      { type: 'transport', id: 'transport', selectedCandidatePairId: 'pair' },
      {
        type: 'candidate-pair',
        id: 'pair',
        localCandidateId: 'local',
        remoteCandidateId: 'remote',
      },
      { type: 'local-candidate', id: 'local', candidateType: pair.local.type },
      { type: 'remote-candidate', id: 'remote', candidateType: pair.remote.type },
    ]
  }

  close(): void {
    if (this.connectionState === 'closed') return
    this.connectionState = 'closed'
    this.#native.close()
  }

  #describe(type: 'offer' | 'answer'): Promise<RtcDescription> {
    return new Promise((resolve) => {
      this.#described = resolve
      this.#native.setLocalDescription(type as DescriptionType)
    })
  }
}

/** It writes candidates as the attribute of a description. */
function toLine(candidate: string): string {
  return candidate.replace(/^a=/, '')
}

/** Servers with their credentials, as libdatachannel reads them out of an address. */
function toUrls({ urls, username, credential }: IceServer): string[] {
  const who =
    username === undefined
      ? ''
      : `${encodeURIComponent(username)}:${encodeURIComponent(credential ?? '')}@`
  return [urls].flat().map((url) => url.replace(/^((?:stun|turn)s?:)/, `$1${who}`))
}
