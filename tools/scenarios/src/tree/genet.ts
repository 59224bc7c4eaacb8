import type { RandomStream, Simulation } from '@pigeon/simulator'
import { CONNECT_MS, HOP_MS } from './field.ts'

/** How long a candidate whose handshake fails keeps its place, ms. */
const CANDIDATE_MS = 30_000

/** One node of {@link Genet}. */
export interface GenetNode {
  /** Salt of its routing: the first six decimal digits of a hash. */
  readonly id: number
  /** 24 bits of what the bootstrap server calls it. */
  readonly origin: number
  readonly slots: (GenetNode | undefined)[]
  readonly stored: GenetNode[][]
  parent: GenetNode | undefined
  candidates: number
  joinedAt: number | undefined
  isUp: boolean
}

/**
 * Genet's algorithm as webrtc-tree-overlay 1.2 has it, for comparison: a hash of origin and node
 * says which child a request goes to; what comes before that child is connected is stored without
 * bound; nobody repairs anything.
 * @see Lavoie et al. 2019, "Genet: a quickly scalable fat-tree overlay"
 */
export class Genet {
  readonly root: GenetNode
  readonly nodes: GenetNode[] = []
  /** Requests that passed a link, and the letters before. */
  messages = 0
  readonly #simulation: Simulation
  readonly #degree: number
  readonly #failing: number
  readonly #random: RandomStream

  constructor(simulation: Simulation, { degree = 10, failing = 0 } = {}) {
    this.#simulation = simulation
    this.#degree = degree
    this.#failing = failing
    this.#random = simulation.random('genet')
    this.root = this.#node()
  }

  /** One more node joins. */
  join(): void {
    const node = this.#node()
    this.nodes.push(node)
    this.#pass(this.root, node)
  }

  get leaves(): number {
    return this.nodes.filter((node) => node.joinedAt !== undefined && isLeaf(node)).length
  }

  /** Links from the root to each node that has a way to it. */
  depths(): Map<GenetNode, number> {
    const depths = new Map([[this.root, 0]])
    for (const [node, depth] of depths) {
      for (const child of node.slots) if (child?.isUp) depths.set(child, depth + 1)
    }
    return depths
  }

  #node(): GenetNode {
    const { uint32 } = this.#random
    const draw = () => uint32.call(this.#random)
    return {
      id: Number(String(jenkins(draw())).slice(0, 6)),
      origin: draw() >>> 8,
      slots: [],
      stored: [],
      parent: undefined,
      candidates: 0,
      joinedAt: undefined,
      isUp: true,
    }
  }

  #pass(to: GenetNode, joiner: GenetNode): void {
    this.messages++
    this.#after(this.#between(HOP_MS), () => this.#handle(to, joiner))
  }

  #handle(node: GenetNode, joiner: GenetNode): void {
    const children = node.slots.filter((child) => child !== undefined).length
    if (children + node.candidates < this.#degree) this.#accept(node, joiner)
    else this.#delegate(node, joiner)
  }

  #accept(node: GenetNode, joiner: GenetNode): void {
    node.candidates++
    if (this.#random.fraction() < this.#failing) {
      this.#after(CANDIDATE_MS, () => {
        node.candidates--
      })
      return
    }
    this.#after(this.#between(CONNECT_MS), () => {
      node.candidates--
      let slot = 0
      while (node.slots[slot] !== undefined) slot++
      node.slots[slot] = joiner
      joiner.parent = node
      joiner.joinedAt = this.#simulation.now
      const stored = node.stored[slot] ?? []
      node.stored[slot] = []
      for (const waiting of stored) this.#pass(joiner, waiting)
    })
  }

  #delegate(node: GenetNode, joiner: GenetNode): void {
    const slot = jenkins(joiner.origin ^ node.id) % this.#degree
    const child = node.slots[slot]
    if (child !== undefined) this.#pass(child, joiner)
    else {
      const waiting = node.stored[slot] ?? []
      node.stored[slot] = waiting
      waiting.push(joiner)
    }
  }

  #between([low, high]: readonly [number, number]): number {
    return low + (high - low) * this.#random.fraction()
  }

  #after(ms: number, run: () => void): void {
    this.#simulation.clock.after(ms, run)
  }
}

/** Whether nobody is below a node. */
export function isLeaf(node: GenetNode): boolean {
  return node.slots.every((child) => child === undefined)
}

/**
 * 31 bits of a number.
 * @see Jenkins 1997, "Hash functions"
 */
function jenkins(value: number): number {
  let hash = value & 0x7fffffff
  hash = (hash + 0x7ed55d16 + (hash << 12)) & 0x7fffffff
  hash = (hash ^ 0xc761c23c ^ (hash >> 19)) & 0x7fffffff
  hash = (hash + 0x165667b1 + (hash << 5)) & 0x7fffffff
  hash = ((hash + 0xd3a2646c) ^ (hash << 9)) & 0x7fffffff
  hash = (hash + 0xfd7046c5 + (hash << 3)) & 0x7fffffff
  return (hash ^ 0xb55a4f09 ^ (hash >> 16)) & 0x7fffffff
}
