import type { PeerId } from '@pigeon/xor'

/** Links told of one peer. */
export const MAX_LINKS = 64

/** One peer in a picture. */
export interface GraphNode {
  readonly peerId: PeerId
  /** What the peer calls itself. */
  readonly label: string
  /** The peers it says it has links to. */
  readonly links: readonly PeerId[]
}

/** What another peer told of itself. */
export interface Told extends GraphNode {
  /** When, ms of the clock. */
  readonly seenAt: number
  /** Larger than of what was told before. */
  readonly order: number
}

/**
 * Who is still in the network. A peer that left says nothing; but those it was linked with have told their links since
 * then, without it. Peers that left together tell of each other, so only what begins at this peer counts.
 * @param self this peer, whose links are as they are now
 * @param others what was told last by each of the others
 * @returns ids of those of `others` that are linked, over whomever, with this peer; who is linked with somebody that
 *   keeps no picture is taken to be there; O(links)
 */
export function stillThere(self: GraphNode, others: ReadonlyMap<PeerId, Told>): Set<PeerId> {
  const there = new Set<PeerId>()
  const waiting: GraphNode[] = [self]
  const reach = (node: Told | undefined): void => {
    if (node === undefined || there.has(node.peerId)) return
    there.add(node.peerId)
    waiting.push(node)
  }
  const namedBy = new Map<PeerId, Told[]>()
  for (const node of others.values()) {
    for (const id of node.links) {
      if (id !== self.peerId && !others.has(id)) reach(node)
      const names = namedBy.get(id)
      if (names === undefined) namedBy.set(id, [node])
      else names.push(node)
    }
  }
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    for (const id of one.links) reach(others.get(id))
    const order = others.get(one.peerId)?.order ?? Number.POSITIVE_INFINITY
    // What it told may be older than the link, or not all.
    const isWhole = one === self || one.links.length < MAX_LINKS
    for (const node of namedBy.get(one.peerId) ?? [])
      if (!isWhole || node.order > order) reach(node)
  }
  return there
}
