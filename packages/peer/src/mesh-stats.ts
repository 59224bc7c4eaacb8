import type { CandidateType } from '@pigeon/webrtc'
import type { PeerId } from '@pigeon/xor'
import type { Parts } from './parts.ts'

/** One direct link. */
export interface PeerStats {
  readonly peerId: PeerId
  /** There and back, ms; `undefined` if no answer came within 2 s. */
  readonly rttMs: number | undefined
  /**
   * How this side's address was found: on the machine (`host`), by a STUN server (`srflx`), by the
   * other side's checks (`prflx`), or of a TURN server (`relay`).
   */
  readonly route: CandidateType | undefined
  /** Whether a TURN server carries it, of either side. */
  readonly isRelayed: boolean | undefined
  readonly sentBytes: number
  readonly receivedBytes: number
  /** Bytes taken that have not left this machine. */
  readonly outstandingBytes: number
}

/** What a mesh does at the moment. */
export interface MeshStats {
  /** The hub that is connected, if one is. */
  readonly hub: string | undefined
  /** Peers known to be in the network, linked or not. */
  readonly discovered: number
  /** The direct links over WebRTC. */
  readonly peers: readonly PeerStats[]
}

/** Asks each linked peer for a sign of life; takes a round trip, at most 2 s. */
export async function meshStats({ mesh, signaling, book }: Parts): Promise<MeshStats> {
  const links = [...mesh.peers].flatMap((peer) => book.get(peer) ?? [])
  const peers = links.map(async (link): Promise<PeerStats> => {
    const { path, ...stats } = await link.stats()
    return { peerId: link.remote, route: path.local, ...stats }
  })
  return {
    hub: signaling.state === 'connected' ? signaling.url : undefined,
    discovered: mesh.discovered.size,
    peers: await Promise.all(peers),
  }
}
