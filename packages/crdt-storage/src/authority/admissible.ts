import { type AclView, isLeave } from './acl-view.ts'
import { isDataNode, type Node } from './node.ts'
import { includesRole, type Role } from './role.ts'
import type { Scopes } from './scope.ts'
import { granted } from './statement.ts'

/** What the genesis decides for all. */
export interface Terms {
  /** Content is sealed, so a revoke must bring new keys. */
  readonly isPrivate: boolean
  /** The genesis holds all there will ever be. */
  readonly isFrozen: boolean
}

/** Why an entry counts for nothing. */
export type Fault =
  | 'GRANT' // the grant it acts under is not its author's
  | 'CHAIN' // what it calls the entry before is not that
  | 'NAMES' // it names data as access, or the other way round
  | 'ROLE' // its grant is not live, or too weak
  | 'TERMS' // the genesis does not allow it
  | 'BUILDS_ON' // it builds on data that was not accepted

/** Judges an entry by its past alone, so that everybody comes to the same, whenever. */
export function faultOf(
  node: Node,
  view: AclView,
  scopes: Scopes,
  terms: Terms,
): Fault | undefined {
  return (
    faultOfGrant(node) ??
    faultOfChain(node) ??
    faultOfNames(node) ??
    faultOfRole(node, view) ??
    faultOfTerms(node, terms) ??
    faultOfData(node, scopes)
  )
}

function faultOfGrant({ via, statement }: Node): Fault | undefined {
  const grant = via && granted(via.statement)
  return grant?.who === statement.author ? undefined : 'GRANT'
}

function faultOfChain({ prev, via, chain, statement: { seq } }: Node): Fault | undefined {
  if (prev === undefined) return seq === 0 && via?.via !== undefined ? undefined : 'CHAIN'
  return prev.chain === chain && seq === prev.statement.seq + 1 ? undefined : 'CHAIN'
}

function faultOfNames({ parents, statement: { acl, deps } }: Node): Fault | undefined {
  for (const parent of parents) {
    const { id } = parent.statement
    if (acl.includes(id) && isDataNode(parent)) return 'NAMES'
    if (deps.includes(id) && !isDataNode(parent)) return 'NAMES'
  }
  return undefined
}

function faultOfRole(node: Node, view: AclView): Fault | undefined {
  const role = node.via && view.roleOf(node.via)
  if (role === undefined) return 'ROLE'
  const { act } = node.statement
  if (act.kind === 'revoke' && isLeave(node)) {
    if (node.via?.via === undefined) return 'ROLE' // the creator stays
    return act.leave === undefined || includesRole(role, act.leave) ? undefined : 'ROLE'
  }
  return includesRole(role, neededFor(node)) ? undefined : 'ROLE'
}

function neededFor(node: Node): Role {
  return isDataNode(node) ? 'write' : 'admin'
}

function faultOfTerms(node: Node, { isPrivate, isFrozen }: Terms): Fault | undefined {
  const { act } = node.statement
  if (act.kind === 'genesis') return 'TERMS'
  if (isDataNode(node)) return isFrozen ? 'TERMS' : undefined
  if (act.kind !== 'revoke') return undefined
  const mustRotate = isPrivate && !isLeave(node)
  return (act.epoch !== undefined) === mustRotate ? undefined : 'TERMS'
}

function faultOfData(node: Node, scopes: Scopes): Fault | undefined {
  const past = scopes.past(node)
  for (const parent of node.parents) {
    if (isDataNode(parent) && !scopes.isAccepted(parent, past)) return 'BUILDS_ON'
  }
  return undefined
}
