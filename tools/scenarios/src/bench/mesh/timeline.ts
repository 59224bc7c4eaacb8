/** A link that a peer got or lost. */
export interface LinkChange {
  /** ms, by the same clock for all. */
  readonly at: number
  readonly peer: string
  readonly up: boolean
}

/** What one peer tells of its time. */
export interface PeerTimeline {
  readonly id: string
  readonly startedAt: number
  readonly changes: readonly LinkChange[]
}

/** How long one peer took, ms; infinite if it never came to that. */
export interface JoinTime {
  /** From its start to its first open link. */
  readonly firstLinkMs: number
  /** From its start to a moment at which links led from it to everyone who had started before. */
  readonly joinedMs: number
}

/** The parts that links hold together, largest first. A link counts if both sides have it. */
export function components(links: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const parts: string[][] = []
  const left = new Set(links.keys())
  for (const start of links.keys()) {
    if (!left.delete(start)) continue
    const part = [start]
    for (const id of part) {
      for (const other of links.get(id) ?? []) {
        if (links.get(other)?.has(id) && left.delete(other)) part.push(other)
      }
    }
    parts.push(part)
  }
  return parts.sort((a, b) => b.length - a.length)
}

/** How long each peer took to join; the first is left out, since nobody was there before it. */
export function joinTimes(peers: readonly PeerTimeline[]): JoinTime[] {
  const newcomers = [...peers].sort((a, b) => a.startedAt - b.startedAt)
  const joinedAt = momentsOfJoining(newcomers)
  return newcomers.slice(1).map(({ id, startedAt, changes }) => {
    const first = changes.find(({ up }) => up)?.at ?? Number.POSITIVE_INFINITY
    const joined = joinedAt.get(id) ?? Number.POSITIVE_INFINITY
    return { firstLinkMs: first - startedAt, joinedMs: joined - startedAt }
  })
}

/** Replays all changes of all peers in order. */
function momentsOfJoining(newcomers: readonly PeerTimeline[]): Map<string, number> {
  const moments = new Map<string, number>()
  const links = new Map(newcomers.map(({ id }) => [id, new Set<string>()]))
  const all = newcomers.flatMap(({ id, changes }) => changes.map((change) => ({ id, ...change })))
  for (const { id, at, peer, up } of all.sort((a, b) => a.at - b.at)) {
    if (up) links.get(id)?.add(peer)
    else links.get(id)?.delete(peer)
    for (const part of components(links)) {
      const members = new Set(part)
      for (const [index, newcomer] of newcomers.entries()) {
        if (moments.has(newcomer.id) || !members.has(newcomer.id)) continue
        if (newcomers.slice(0, index).every((earlier) => members.has(earlier.id))) {
          moments.set(newcomer.id, at)
        }
      }
    }
  }
  return moments
}
