import type { Node } from './node.ts'

/** Entries of one chain that name the same one before them. */
export interface Fork {
  readonly prev: Node | undefined
  readonly branches: readonly Node[]
}

/** Finds the places where an author said two things under one number. */
export class Forks {
  /** By chain, then by the entry before. */
  readonly #next = new Map<string, Map<Node | undefined, Node[]>>()
  readonly #forked = new Map<string, Fork[]>()

  /** @returns whether it begins or widens a fork */
  add(node: Node): boolean {
    let places = this.#next.get(node.chain)
    if (places === undefined) {
      places = new Map()
      this.#next.set(node.chain, places)
    }
    const branches = places.get(node.prev)
    if (branches === undefined) {
      places.set(node.prev, [node])
      return false
    }
    branches.push(node)
    if (branches.length === 2) {
      const forks = this.#forked.get(node.chain) ?? []
      forks.push({ prev: node.prev, branches })
      this.#forked.set(node.chain, forks)
    }
    return true
  }

  /** The forks of a chain. */
  of(chain: string): readonly Fork[] {
    return this.#forked.get(chain) ?? []
  }

  /** Whether any chain has one. */
  get any(): boolean {
    return this.#forked.size > 0
  }

  /** Whatever follows `node` in its chain directly. */
  after(node: Node): readonly Node[] {
    return this.#next.get(node.chain)?.get(node) ?? []
  }

  /** The ends of all chains, several where one is forked. */
  *ends(): Generator<Node> {
    for (const places of this.#next.values()) {
      for (const branches of places.values()) {
        for (const node of branches) if (!places.has(node)) yield node
      }
    }
  }
}

/** Whether `node` comes after the place where its chain is forked. */
export function isBehind(node: Node, { prev }: Fork): boolean {
  const seq = prev === undefined ? -1 : prev.statement.seq
  let at: Node | undefined = node
  while (at !== undefined && at.statement.seq > seq + 1) at = at.prev
  return at !== undefined && at.statement.seq === seq + 1 && at.prev === prev
}
