import type { PeerId, PigeonMesh } from '@pigeon/peer'
import type { Equipment } from '../layers/equip.ts'

/** One peer may ask for chaos this often, ms. */
const EVERY_MS = 3000

/**
 * Cuts links when somebody in the network asks for it. Of the two ends of a link the one with the
 * smaller id decides, so that each link is decided about once.
 */
export function obeyOrders({ mesh, chaos }: Equipment): void {
  let last = Number.NEGATIVE_INFINITY
  chaos.on('value', ({ value: { cut } }) => {
    const now = performance.now()
    if (now - last < EVERY_MS) return
    last = now
    const own = [...mesh.peers].filter((peer) => mesh.peerId < peer)
    for (const peer of own) if (Math.random() < cut) breakLink(mesh, peer)
  })
}

/** Asks everybody to cut links, and cuts as many of the own ones; at least one. */
export function cutLinks({ mesh, chaos }: Equipment, cut: number): void {
  chaos.publish({ cut })
  const peers: PeerId[] = [...mesh.peers]
  const count = Math.max(1, Math.round(peers.length * cut))
  for (let left = Math.min(count, peers.length); left > 0; left--) {
    const [peer] = peers.splice(Math.floor(Math.random() * peers.length), 1)
    if (peer !== undefined) breakLink(mesh, peer)
  }
}

/** As a fault would: neither side says goodbye, so neither leaves the other alone afterwards. */
function breakLink(mesh: PigeonMesh, peer: PeerId): void {
  void mesh.connectionOf(peer)?.close()
}
