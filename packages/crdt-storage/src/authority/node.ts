import type { AclSet } from './acl-set.ts'
import { isData, type Statement } from './statement.ts'

/** An admissible entry in the graph of those it names. */
export interface Node {
  readonly statement: Statement
  /** Its place among all that were added; larger than that of everything in its past. */
  readonly index: number
  /** The longest way to the genesis. */
  readonly height: number
  /** How far its author's grant is from the creator. */
  readonly depth: number
  /** Names the chain of its author and grant. */
  readonly chain: string
  readonly via: Node | undefined
  readonly prev: Node | undefined
  /** Everything it names. */
  readonly parents: readonly Node[]
  /** What its past holds about access. */
  readonly aclPast: AclSet
  /** Its number among entries about access; -1 for data. */
  readonly aclNumber: number
}

/** How far from the creator whoever acts under this grant is. */
export function levelOf(grant: Node): number {
  return grant.via === undefined ? 0 : grant.depth + 1
}

/** Whether it is data, a snapshot or an attest. */
export function isDataNode(node: Node): boolean {
  return isData(node.statement)
}

/** The order in which content takes effect: causes first, equal for everybody. */
export function inOrder(a: Node, b: Node): number {
  return a.height - b.height || (a.statement.id < b.statement.id ? -1 : 1)
}
