import type { PeerId } from '@pigeon/xor'
import type { ScenarioPeer } from '../peer.ts'

/** The parts that links hold together, largest first; links count if both sides have them. */
function parts(peers: readonly ScenarioPeer[]): ScenarioPeer[][] {
  const left = new Map(peers.map((peer) => [peer.id, peer]))
  const found: ScenarioPeer[][] = []
  for (const start of peers) {
    if (!left.delete(start.id)) continue
    const part = [start]
    for (let at = 0; at < part.length; at++) {
      const peer = part[at] as ScenarioPeer
      for (const id of peer.mesh.peers) {
        const next = left.get(id)
        if (next === undefined || !next.mesh.peers.has(peer.id)) continue
        left.delete(id)
        part.push(next)
      }
    }
    found.push(part)
  }
  return found.sort((a, b) => b.length - a.length)
}

/** The sizes of the {@link parts}, largest first. */
export function components(peers: readonly ScenarioPeer[]): number[] {
  return parts(peers).map(({ length }) => length)
}

/** Neighbours on the ring of `peers` that are joined neither by a link nor by a recorded way. */
function ringGaps(peers: readonly ScenarioPeer[]): [ScenarioPeer, ScenarioPeer][] {
  const sorted = [...peers].sort((a, b) => (a.id < b.id ? -1 : 1))
  const pairs = sorted.map((peer, index) => {
    return [peer, sorted[(index + 1) % sorted.length] as ScenarioPeer] as [
      ScenarioPeer,
      ScenarioPeer,
    ]
  })
  return peers.length < 2 ? [] : pairs.filter(([a, b]) => !isJoined(a, b.id))
}

/** The share of peers that are joined to the next one clockwise, 0 to 1; 1 for fewer than two. */
export function ringCompleteness(peers: readonly ScenarioPeer[]): number {
  return peers.length < 2 ? 1 : 1 - ringGaps(peers).length / peers.length
}

/** Whether the ring of each part is whole. */
export function areRingsWhole(peers: readonly ScenarioPeer[]): boolean {
  return parts(peers).every((part) => ringGaps(part).length === 0)
}

function isJoined({ mesh }: ScenarioPeer, id: PeerId): boolean {
  return mesh.peers.has(id) || mesh.router.tunnels.has(id)
}

/** Links of the peer that has fewest, of the average one, and of the one that has most. */
export function linkCounts(peers: readonly ScenarioPeer[]): {
  min: number
  mean: number
  max: number
} {
  if (peers.length === 0) return { min: 0, mean: 0, max: 0 }
  const counts = peers.map(({ mesh }) => mesh.peers.size)
  const sum = counts.reduce((total, count) => total + count, 0)
  return { min: Math.min(...counts), mean: sum / counts.length, max: Math.max(...counts) }
}
