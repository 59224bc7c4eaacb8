import { Simulation } from '@pigeon/simulator'
import { type PeerId, randomPeerId } from '@pigeon/xor'
import { TreeNode, type TreeOptions } from '../src/index.ts'
import { MemoryTrees, type MemoryTreesOptions } from '../src/memory/index.ts'

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
export const text = (value: Uint8Array): string => new TextDecoder().decode(value)

/** Options of a {@link Forest}. */
export interface ForestOptions {
  readonly seed?: number
  readonly world?: Partial<MemoryTreesOptions>
  readonly tree?: Partial<TreeOptions>
}

/** Nodes in virtual time; the first one made is root. */
export class Forest {
  readonly simulation: Simulation
  readonly trees: MemoryTrees
  readonly nodes: TreeNode[] = []
  readonly #options: ForestOptions
  readonly #dead = new Set<PeerId>()

  constructor(options: ForestOptions = {}) {
    this.#options = options
    this.simulation = new Simulation({ seed: options.seed ?? 1 })
    const delays = this.simulation.random('delays')
    this.trees = new MemoryTrees({
      clock: this.simulation.clock,
      latencyMs: () => 10 + 40 * delays.fraction(),
      connectMs: () => 100 + 200 * delays.fraction(),
      ...options.world,
    })
  }

  /** A forest whose tree has so many nodes below the root. */
  static grown(count: number, options: ForestOptions = {}): Forest {
    const forest = new Forest(options)
    forest.crown()
    forest.grow(count)
    forest.run(4000)
    return forest
  }

  add(tree: Partial<TreeOptions> = {}): TreeNode {
    const id = randomPeerId(this.simulation.random('ids'))
    const world = this.trees.world(id)
    const random = this.simulation.random(`node ${id}`)
    const node = new TreeNode({ ...world, random, ...this.#options.tree, ...tree })
    this.nodes.push(node)
    return node
  }

  /** A root in office. */
  crown(tree: Partial<TreeOptions> = {}): TreeNode {
    const root = this.add(tree).becomeRoot()
    this.run(500)
    return root
  }

  /** Adds nodes that join at once. */
  grow(count: number, tree: Partial<TreeOptions> = {}): TreeNode[] {
    return Array.from({ length: count }, () => this.add(tree).join())
  }

  run(ms: number): void {
    this.simulation.runFor(ms)
  }

  crash(node: TreeNode, notice: 'silence' | 'at-once' = 'silence'): void {
    this.#dead.add(node.id)
    this.trees.crash(node.id, notice)
  }

  get living(): TreeNode[] {
    return this.nodes.filter((node) => !this.#dead.has(node.id))
  }

  get root(): TreeNode {
    const roots = this.living.filter((node) => node.isRoot)
    if (roots.length !== 1) throw new Error(`${roots.length} roots, seed ${this.simulation.seed}`)
    return roots[0] as TreeNode
  }

  get(id: PeerId): TreeNode {
    return this.nodes.find((node) => node.id === id) as TreeNode
  }

  /** Links from the root to each node, over links that both ends hold. */
  depths(root: TreeNode = this.root): Map<PeerId, number> {
    const depths = new Map<PeerId, number>([[root.id, 0]])
    const queue = [root]
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      for (const id of next.children.keys()) {
        const child = this.get(id)
        if (this.#dead.has(id) || child.parent?.peer !== next.id || depths.has(id)) continue
        depths.set(id, (depths.get(next.id) ?? 0) + 1)
        queue.push(child)
      }
    }
    return depths
  }

  get depth(): number {
    return Math.max(...this.depths().values())
  }

  /** Living nodes that are not connected with the root. */
  get astray(): number {
    return this.living.length - this.depths().size
  }

  /** Nodes with children that are not root. */
  get interior(): TreeNode[] {
    return this.living.filter((node) => !node.isRoot && node.childrenNb > 0)
  }
}
