import type { PeerId } from '@pigeon/xor'
import type { ScenarioPeer } from './peer.ts'

/** The sizes of the parts that links hold together, largest first; links count if both sides have them. */
export function components(peers: readonly ScenarioPeer[]): number[] {
  const left = new Map(peers.map((peer) => [peer.id, peer]))
  const sizes: number[] = []
  for (const start of peers) {
    if (!left.delete(start.id)) continue
    const queue = [start]
    for (let at = 0; at < queue.length; at++) {
      const peer = queue[at] as ScenarioPeer
      for (const id of peer.mesh.peers) {
        const next = left.get(id)
        if (next === undefined || !next.mesh.peers.has(peer.id)) continue
        left.delete(id)
        queue.push(next)
      }
    }
    sizes.push(queue.length)
  }
  return sizes.sort((a, b) => b - a)
}

/** The share of peers that have a link to the next id clockwise, 0 to 1; 1 for fewer than two. */
export function ringCompleteness(peers: readonly ScenarioPeer[]): number {
  if (peers.length < 2) return 1
  const sorted = peers.map(({ id }) => id).sort()
  const next = new Map<PeerId, PeerId>()
  for (const [index, id] of sorted.entries()) {
    next.set(id, sorted[(index + 1) % sorted.length] as PeerId)
  }
  const linked = peers.filter(({ id, mesh }) => mesh.peers.has(next.get(id) as PeerId))
  return linked.length / peers.length
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
