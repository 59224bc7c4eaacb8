import type { PeerId } from '@pigeon/xor'
import type { MeshStats } from '../mesh-stats.ts'
import { bytesText, shortId } from './text.ts'

/** Rows shown at most; of more, those that are linked come first. */
const MAX_ROWS = 200

/** What a row is made of. */
export interface PeersSeen {
  readonly peers: ReadonlySet<PeerId>
  readonly discovered: ReadonlySet<PeerId>
  /** Linked, and silent for some seconds. */
  readonly silent: ReadonlySet<PeerId>
  readonly stats: MeshStats | undefined
}

/** One peer, as it is shown. */
export interface PeerRow {
  readonly peerId: PeerId
  readonly cells: readonly string[]
}

/** Heads of the cells after the peer's name. */
export const PEER_COLUMNS: readonly string[] = ['State', 'Round trip', 'Path', 'Sent', 'Received']

/** The linked peers, then those that are only known. */
export function peerRows({ peers, discovered, silent, stats }: PeersSeen): PeerRow[] {
  const byId = new Map(stats?.peers.map((one) => [one.peerId, one]))
  const linked = [...peers].map((peerId): PeerRow => {
    const state = silent.has(peerId) ? 'silent' : 'linked'
    const one = byId.get(peerId)
    if (one === undefined) return { peerId, cells: [state, '–', '–', '–', '–'] }
    const { rttMs, route, isRelayed, sentBytes, receivedBytes } = one
    const latency = rttMs === undefined ? 'no answer' : `${rttMs.toFixed(1)} ms`
    const path = isRelayed === true ? 'through a relay' : (route ?? 'direct')
    return { peerId, cells: [state, latency, path, bytesText(sentBytes), bytesText(receivedBytes)] }
  })
  const known = [...discovered].filter((peerId) => !peers.has(peerId))
  const rest = known.map((peerId) => ({ peerId, cells: ['known', '–', '–', '–', '–'] }))
  return [...linked, ...rest].slice(0, MAX_ROWS)
}

/** What a row is called. */
export function rowTitle({ peerId }: PeerRow): string {
  return shortId(peerId)
}
