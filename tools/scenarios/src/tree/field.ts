import { Simulation } from '@pigeon/simulator'
import { TreeNode, type TreeOptions } from '@pigeon/tree-overlay'
import { MemoryTrees } from '@pigeon/tree-overlay/memory'
import { type PeerId, randomPeerId } from '@pigeon/xor'

/** The model of `anchors`: a frame or letter takes so long, and a handshake so long, ms. */
export const HOP_MS: readonly [number, number] = [10, 50]
export const CONNECT_MS: readonly [number, number] = [100, 300]

/** How a {@link Field} is set up. */
export interface FieldOptions {
  readonly seed: number
  /** The share of handshakes that fail. Default 0. */
  readonly failing?: number
  /** Options of all nodes. */
  readonly tree?: Partial<TreeOptions>
}

/** One node, and what is remembered of it. */
export interface FieldNode {
  readonly id: PeerId
  readonly node: TreeNode
  isUp: boolean
  /** When it was told to join, and when it had a parent first. */
  readonly startedAt: number
  joinedAt: number | undefined
  /** When its parent was last found gone, and when it had another. */
  lostAt: number | undefined
  foundAt: number | undefined
}

/** A tree in virtual time, with the latencies of the model that Genet was measured in. */
export class Field {
  readonly simulation: Simulation
  readonly trees: MemoryTrees
  readonly nodes: FieldNode[] = []
  readonly byId = new Map<PeerId, FieldNode>()
  readonly #options: FieldOptions

  constructor(options: FieldOptions) {
    this.#options = options
    this.simulation = new Simulation({ seed: options.seed })
    const delays = this.simulation.random('delays')
    const faults = this.simulation.random('faults')
    const between = ([low, high]: readonly [number, number]) =>
      low + (high - low) * delays.fraction()
    this.trees = new MemoryTrees({
      clock: this.simulation.clock,
      latencyMs: () => between(HOP_MS),
      connectMs: () => between(CONNECT_MS),
      fails: () => faults.fraction() < (options.failing ?? 0),
    })
  }

  /** Adds a node that does nothing yet. */
  add(tree: Partial<TreeOptions> = {}): FieldNode {
    const id = randomPeerId(this.simulation.random('ids'))
    const node = new TreeNode({
      ...this.trees.world(id),
      random: this.simulation.random('nodes'),
      ...this.#options.tree,
      ...tree,
    })
    const one: FieldNode = {
      id,
      node,
      isUp: true,
      startedAt: this.simulation.now,
      joinedAt: undefined,
      lostAt: undefined,
      foundAt: undefined,
    }
    node.on('parent-connect', () => {
      one.joinedAt ??= this.simulation.now
      one.foundAt = this.simulation.now
    })
    node.on('parent-close', () => {
      one.lostAt = this.simulation.now
      one.foundAt = undefined
    })
    this.nodes.push(one)
    this.byId.set(id, one)
    return one
  }

  /** A root that is in office. */
  root(): FieldNode {
    const root = this.add()
    root.node.becomeRoot()
    this.simulation.runUntil(() => root.node.isRoot, 5000)
    return root
  }

  /** So many nodes that join at once. */
  burst(count: number, tree: Partial<TreeOptions> = {}): FieldNode[] {
    const added = Array.from({ length: count }, () => this.add(tree))
    for (const { node } of added) node.join()
    return added
  }

  living(): FieldNode[] {
    return this.nodes.filter(({ isUp }) => isUp)
  }

  crash(one: FieldNode, notice: 'silence' | 'at-once' = 'silence'): void {
    one.isUp = false
    this.trees.crash(one.id, notice)
  }

  /** How far every living node is from `root` over links that both ends hold; those that are not connected are missing. */
  depths(root: FieldNode): Map<PeerId, number> {
    const depths = new Map<PeerId, number>([[root.id, 0]])
    const queue = [root]
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const depth = (depths.get(next.id) ?? 0) + 1
      for (const id of next.node.children.keys()) {
        const child = this.byId.get(id)
        if (!child?.isUp || child.node.parent?.peer !== next.id || depths.has(id)) continue
        depths.set(id, depth)
        queue.push(child)
      }
    }
    return depths
  }

  /** Nodes of the tree without children. */
  leaves(): number {
    return this.living().filter(({ node }) => !node.isRoot && node.childrenNb === 0).length
  }
}

/** The least depth of `nodes` below a root, with so many children each. */
export function optimalDepth(nodes: number, degree: number): number {
  let [depth, rest] = [0, nodes]
  for (let width = degree; rest > 0; width *= degree) {
    rest -= width
    depth++
  }
  return depth
}
