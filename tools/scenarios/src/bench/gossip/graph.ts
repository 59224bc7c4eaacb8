import type { RandomStream } from '@pigeon/simulator'

/** Pairs of peers that are linked, by number. */
export type Edge = readonly [number, number]

/**
 * A random graph in one piece: a ring, as the mesh holds one, and random links up to a mean degree.
 * @param degree links a peer has on average, 2 or more
 */
export function randomGraph(peers: number, degree: number, random: RandomStream): Edge[] {
  const edges: Edge[] = []
  const known = new Set<number>()
  const add = (a: number, b: number) => {
    const name = Math.min(a, b) * peers + Math.max(a, b)
    if (a === b || known.has(name)) return
    known.add(name)
    edges.push([a, b])
  }
  for (let peer = 0; peer < peers; peer++) add(peer, (peer + 1) % peers)
  while (edges.length < (peers * degree) / 2) add(random.below(peers), random.below(peers))
  return edges
}

/**
 * When a flood from `source` would reach each peer, ms: the shortest way over links both of whose
 * ends are there.
 * @returns Infinity for peers it would not reach
 */
export function floodTimes(
  neighbours: readonly Iterable<number>[],
  source: number,
  delayMs: (a: number, b: number) => number,
  isThere: (peer: number) => boolean,
): Float64Array {
  const times = new Float64Array(neighbours.length).fill(Number.POSITIVE_INFINITY)
  times[source] = 0
  const queue: { peer: number; at: number }[] = [{ peer: source, at: 0 }]
  while (queue.length > 0) {
    const { peer, at } = popEarliest(queue)
    if (at > (times[peer] as number)) continue
    for (const next of neighbours[peer] ?? []) {
      if (!isThere(next)) continue
      const arrival = at + delayMs(peer, next)
      if (arrival >= (times[next] as number)) continue
      times[next] = arrival
      pushByTime(queue, { peer: next, at: arrival })
    }
  }
  return times
}

interface Visit {
  readonly peer: number
  readonly at: number
}

function pushByTime(heap: Visit[], visit: Visit): void {
  let at = heap.push(visit) - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    if ((heap[parent] as Visit).at <= visit.at) break
    heap[at] = heap[parent] as Visit
    at = parent
  }
  heap[at] = visit
}

function popEarliest(heap: Visit[]): Visit {
  const first = heap[0] as Visit
  const last = heap.pop() as Visit
  if (heap.length === 0) return first
  let at = 0
  for (;;) {
    let child = at * 2 + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && (heap[child + 1] as Visit).at < (heap[child] as Visit).at) {
      child++
    }
    if ((heap[child] as Visit).at >= last.at) break
    heap[at] = heap[child] as Visit
    at = child
  }
  heap[at] = last
  return first
}
