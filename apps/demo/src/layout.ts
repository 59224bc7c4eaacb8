import type { PeerId } from '@pigeon/peer'
import type { GraphNode } from '@pigeon/peer/graph'
import {
  forceCenter,
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type Simulation,
  type SimulationLinkDatum,
  type SimulationNodeDatum,
} from 'd3-force'

/** A peer with its place in the picture. */
export interface Placed extends SimulationNodeDatum {
  readonly peerId: PeerId
}

/** A link between two placed peers. */
export interface Edge extends SimulationLinkDatum<Placed> {
  source: Placed
  target: Placed
}

/** A picture of the network that settles by itself and keeps peers where they are when it changes. */
export class Layout {
  readonly #simulation: Simulation<Placed, Edge>
  readonly #draw: () => void
  readonly #still: boolean
  readonly #placed = new Map<PeerId, Placed>()
  #shown = ''
  edges: readonly Edge[] = []

  /**
   * @param draw called whenever something has moved
   * @param still whether to show only the end of each movement, as people may ask their system to
   */
  constructor(draw: () => void, still: boolean) {
    this.#draw = draw
    this.#still = still
    this.#simulation = forceSimulation<Placed, Edge>()
      .force('repel', forceManyBody<Placed>().strength(-220))
      .force('x', forceX<Placed>(0).strength(0.08))
      .force('y', forceY<Placed>(0).strength(0.08))
      .force('collide', forceCollide<Placed>(26))
      .force('centre', forceCenter<Placed>(0, 0))
      .alphaDecay(0.06)
      .on('tick', draw)
      .stop()
  }

  get placed(): readonly Placed[] {
    return this.#simulation.nodes()
  }

  /** Shows these peers and the links they tell of; nothing moves unless they have changed. */
  update(nodes: readonly GraphNode[]): void {
    const known = new Set(nodes.map(({ peerId }) => peerId))
    for (const id of this.#placed.keys()) if (!known.has(id)) this.#placed.delete(id)
    for (const id of known) if (!this.#placed.has(id)) this.#placed.set(id, { peerId: id })
    const edges = new Map<string, Edge>()
    for (const { peerId, links } of nodes) {
      for (const other of links) {
        const source = this.#placed.get(peerId)
        const target = this.#placed.get(other)
        const key = peerId < other ? `${peerId}${other}` : `${other}${peerId}`
        if (source && target) edges.set(key, { source, target })
      }
    }
    const picture = [...known].sort().join() + [...edges.keys()].sort().join()
    if (picture === this.#shown) return
    this.#shown = picture
    this.edges = [...edges.values()]
    this.#simulation.nodes([...this.#placed.values()])
    this.#simulation.force('link', forceLink<Placed, Edge>([...this.edges]).distance(90))
    this.#simulation.alpha(0.5)
    if (this.#still) {
      this.#simulation.tick(200)
      this.#draw()
    } else {
      this.#simulation.restart()
    }
  }

  stop(): void {
    this.#simulation.stop()
  }
}
