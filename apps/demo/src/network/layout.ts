import type { PeerId } from '@pigeon/peer'
import type { GraphNode } from '@pigeon/peer/graph'
import { edgeKey } from './picture.ts'

/** Something with its place in the picture: a peer, or the hub. */
export interface Placed {
  readonly id: string
  x: number
  y: number
}

/** A link between two that are placed. */
export interface Edge {
  readonly key: string
  readonly source: Placed
  readonly target: Placed
}

/** The hub is placed as the peers are, under this name. */
export const HUB = 'hub'

/** How far apart linked peers settle, in units of the picture. */
const LENGTH = 130
const REPULSION = 1_100_000
/** Shared by all links of a peer, so that those with many are not crushed. */
const SPRING = 0.35
const GRAVITY = 0.02
/** This page's own peer is in the middle. */
const OWN_GRAVITY = 0.25
/** Movement a step at most, so that nothing jumps. */
const MAX_STEP = 24
const COOLING = 0.965
const COLD = 0.02
/** Steps that a picture that stands still is settled by. */
const STILL_STEPS = 220

/**
 * A picture of the network that settles by itself and keeps peers where they are when it changes:
 * all push each other away, links pull, and all is drawn to the middle.
 * @see Fruchterman & Reingold 1991
 */
export class Layout {
  readonly #draw: () => void
  readonly #isStill: boolean
  readonly #placed = new Map<string, Placed>()
  #edges: readonly Edge[] = []
  #degrees = new Map<string, number>()
  #own: string | undefined
  #shown = ''
  #heat = 0
  #frame = 0

  /**
   * @param draw called whenever something has moved
   * @param isStill whether to show only the end of each movement, as people may ask their system to
   */
  constructor(draw: () => void, isStill: boolean) {
    this.#draw = draw
    this.#isStill = isStill
  }

  get placed(): Iterable<Placed> {
    return this.#placed.values()
  }

  get edges(): readonly Edge[] {
    return this.#edges
  }

  /** Where a peer is. */
  at(id: PeerId | string): Placed | undefined {
    return this.#placed.get(id)
  }

  /** Shows these peers and the links they tell of; nothing moves unless they have changed. */
  update(nodes: readonly GraphNode[], hasHub: boolean): void {
    const ids = nodes.map(({ peerId }): string => peerId)
    const known = new Set(hasHub ? [...ids, HUB] : ids)
    for (const id of this.#placed.keys()) if (!known.has(id)) this.#placed.delete(id)
    for (const id of known) if (!this.#placed.has(id)) this.#placed.set(id, this.#newcomer(id))
    const edges = new Map<string, Edge>()
    const add = (key: string, from: string, to: string): void => {
      const [source, target] = [this.#placed.get(from), this.#placed.get(to)]
      if (source && target) edges.set(key, { key, source, target })
    }
    for (const { peerId, links } of nodes) {
      for (const other of links) add(edgeKey(peerId, other), peerId, other)
    }
    const [self] = nodes
    this.#own = self?.peerId
    if (hasHub && self !== undefined) add(HUB, self.peerId, HUB)
    this.#edges = [...edges.values()]
    this.#degrees = new Map()
    for (const end of this.#edges.flatMap(({ source, target }) => [source.id, target.id])) {
      this.#degrees.set(end, (this.#degrees.get(end) ?? 0) + 1)
    }
    const picture = [...known].sort().join() + [...edges.keys()].sort().join()
    if (picture === this.#shown) return
    this.#shown = picture
    this.#heat = 1
    if (!this.#isStill) this.#run()
    else {
      for (let step = 0; step < STILL_STEPS; step++) this.#step()
      this.#draw()
    }
  }

  stop(): void {
    cancelAnimationFrame(this.#frame)
    this.#heat = 0
  }

  /** Newcomers start in a spiral, which needs no chance to tell them apart. */
  #newcomer(id: string): Placed {
    const turn = this.#placed.size * 2.4
    const far = 20 + 14 * Math.sqrt(this.#placed.size)
    return { id, x: far * Math.cos(turn), y: far * Math.sin(turn) }
  }

  #run(): void {
    cancelAnimationFrame(this.#frame)
    this.#frame = requestAnimationFrame(() => {
      this.#step()
      this.#draw()
      if (this.#heat > COLD) this.#run()
    })
  }

  #step(): void {
    const all = [...this.#placed.values()]
    const forces = new Map(
      all.map((one) => {
        const gravity = one.id === this.#own ? OWN_GRAVITY : GRAVITY
        return [one, { x: -one.x * gravity, y: -one.y * gravity }]
      }),
    )
    const push = (one: Placed, x: number, y: number): void => {
      const force = forces.get(one) as { x: number; y: number }
      force.x += x
      force.y += y
    }
    for (const [index, one] of all.entries()) {
      for (const other of all.slice(index + 1)) {
        const [dx, dy] = [one.x - other.x, one.y - other.y]
        const square = Math.max(dx * dx + dy * dy, 100)
        const force = REPULSION / (square * square)
        push(one, dx * force, dy * force)
        push(other, -dx * force, -dy * force)
      }
    }
    for (const { source, target } of this.#edges) {
      const [dx, dy] = [target.x - source.x, target.y - source.y]
      const length = Math.max(Math.hypot(dx, dy), 1)
      const shared = Math.max(this.#degrees.get(source.id) ?? 1, this.#degrees.get(target.id) ?? 1)
      const force = (SPRING * (length - LENGTH)) / length / shared
      push(source, dx * force, dy * force)
      push(target, -dx * force, -dy * force)
    }
    for (const [one, { x, y }] of forces) {
      const size = Math.max(Math.hypot(x, y), 0.001)
      const step = (Math.min(size, MAX_STEP) * this.#heat) / size
      one.x += x * step
      one.y += y * step
    }
    this.#heat *= COOLING
  }
}
