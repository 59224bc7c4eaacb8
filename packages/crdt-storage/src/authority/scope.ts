import type { AclView } from './acl-view.ts'
import { type Forks, isBehind } from './forks.ts'
import { isDataNode, type Node } from './node.ts'
import type { Pasts } from './pasts.ts'

/** A set of entries that holds the past of each, as seen by who has exactly these. */
export interface Scope {
  readonly view: AclView
  /** The entry whose past it is; none for all there are. */
  readonly of: Node | undefined
}

/** What stands, what is closed and what is accepted within a {@link Scope}. */
export class Scopes {
  readonly #pasts: Pasts
  readonly #forks: Forks
  readonly #viewOf: (node: Node) => AclView
  readonly #nodes: readonly Node[]
  /** Answers about the past of one entry never change. By entry, then by the one asked about. */
  readonly #answers = new Map<Node, Map<Node, boolean>>()

  constructor(parts: {
    pasts: Pasts
    forks: Forks
    nodes: readonly Node[]
    viewOf: (node: Node) => AclView
  }) {
    this.#pasts = parts.pasts
    this.#forks = parts.forks
    this.#nodes = parts.nodes
    this.#viewOf = parts.viewOf
  }

  /** What somebody sees who has exactly the past of an entry. */
  past(of: Node): Scope {
    return { view: this.#viewOf(of), of }
  }

  includes(node: Node, { of }: Scope): boolean {
    return of === undefined || this.#pasts.has(node, of)
  }

  /** Whether data is of somebody who may write, and outside of no revoke. */
  stands(node: Node, { view }: Scope): boolean {
    const { via } = node
    if (via === undefined || !view.isValid(via)) return false
    return view.sealers(via).every((revoke) => this.#pasts.has(node, revoke))
  }

  /** Whether its author said two things under a number before it. */
  isClosed(node: Node, scope: Scope): boolean {
    if (node.via?.via === undefined) return false // the creator's
    return this.#forks.of(node.chain).some((fork) => {
      if (!isBehind(node, fork)) return false
      return fork.branches.filter((branch) => this.#counts(branch, scope)).length > 1
    })
  }

  /** Whether data counts by itself. */
  isAnchor(node: Node, scope: Scope): boolean {
    return this.stands(node, scope) && !this.isClosed(node, scope)
  }

  /** Whether data counts by itself, or through an anchor that had seen it accepted. */
  isAccepted(node: Node, scope: Scope): boolean {
    const { of } = scope
    if (of === undefined) return this.#decide(node, scope)
    let answers = this.#answers.get(of)
    const known = answers?.get(node)
    if (known !== undefined) return known
    if (this.isAnchor(node, scope)) return true
    if (answers === undefined) {
      answers = new Map()
      this.#answers.set(of, answers)
    }
    const answer = this.#decide(node, scope)
    answers.set(node, answer)
    return answer
  }

  #decide(node: Node, scope: Scope): boolean {
    if (this.isAnchor(node, scope)) return true
    for (const later of this.#after(node, scope.of?.index ?? this.#nodes.length)) {
      if (!this.includes(later, scope) || !this.isAnchor(later, scope)) continue
      if (this.isAccepted(node, this.past(later))) return true
    }
    return false
  }

  /** Data before `end` that has `node` in its past. */
  *#after(node: Node, end: number): Generator<Node> {
    const reached = new Set([node])
    for (let at = node.index + 1; at < end; at++) {
      const later = this.#nodes[at] as Node
      if (!later.parents.some((parent) => reached.has(parent))) continue
      reached.add(later)
      if (isDataNode(later)) yield later
    }
  }

  #counts(node: Node, scope: Scope): boolean {
    if (!this.includes(node, scope)) return false
    return isDataNode(node) ? this.stands(node, scope) : scope.view.isValid(node)
  }
}
