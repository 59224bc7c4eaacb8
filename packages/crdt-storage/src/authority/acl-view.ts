import { AclSet } from './acl-set.ts'
import { levelOf, type Node } from './node.ts'
import { includesRole, type Role } from './role.ts'
import { beginsEpoch, granted } from './statement.ts'

/**
 * What a set of entries about access means: which of them are valid, and which grants are live.
 *
 * 1. An entry is valid if the grant it acts under is, and no valid revoke seals it.
 * 2. A revoke cancels grants of its victim that are further from the creator than its author, seen
 *    by it or not, and seals what acts under them outside its past.
 * 3. So validity depends on revokes nearer to the creator alone, and two who revoke each other
 *    cannot both lose their say about what is below them.
 */
export class AclView {
  readonly #valid = new Set<Node>()
  readonly #revokes = new Map<string, Node[]>()
  readonly #grants = new Map<string, Node[]>()
  readonly #sealers = new Map<Node, readonly Node[]>()
  #epochs: readonly Node[] | undefined

  /** @param nodes a set that holds the past of each of its members */
  constructor(nodes: Iterable<Node>) {
    const sorted = [...nodes].sort((a, b) => a.depth - b.depth || a.index - b.index)
    for (const node of sorted) {
      const { act } = node.statement
      if (act.kind === 'revoke') listed(this.#revokes, act.who).push(node)
    }
    for (const node of sorted) {
      if (!this.#holds(node)) continue
      this.#valid.add(node)
      const grant = granted(node.statement)
      if (grant !== undefined) listed(this.#grants, grant.who).push(node)
    }
  }

  #holds(node: Node): boolean {
    const { via } = node
    if (via === undefined) return true
    if (!this.#valid.has(via)) return false
    return this.sealers(via).every(({ aclPast }) => aclPast.has(node.aclNumber))
  }

  isValid(node: Node): boolean {
    return this.#valid.has(node)
  }

  /** Valid revokes that seal what acts under a grant; each outside its own past. */
  sealers(grant: Node): readonly Node[] {
    let found = this.#sealers.get(grant)
    if (found === undefined) {
      found = this.#cancelling(grant).filter((revoke) => !isLeave(revoke))
      this.#sealers.set(grant, found)
    }
    return found
  }

  /** What a grant gives now. */
  roleOf(grant: Node): Role | undefined {
    if (!this.#valid.has(grant) || this.#cancelling(grant).length > 0) return undefined
    return granted(grant.statement)?.role
  }

  /** The live grant nearest to the creator that gives somebody at least this role. */
  grantOf(who: string, needed: Role): Node | undefined {
    return this.#best(who, (role) => includesRole(role, needed))
  }

  /** The strongest role somebody has. */
  roleOfMember(who: string): Role | undefined {
    let best: Role | undefined
    for (const grant of this.#grants.get(who) ?? []) {
      const role = this.roleOf(grant)
      if (role !== undefined && (best === undefined || includesRole(role, best))) best = role
    }
    return best
  }

  /** Everybody who has a role. */
  get members(): string[] {
    return [...this.#grants.keys()].filter((who) => this.roleOfMember(who) !== undefined)
  }

  /** Live grants of one member. */
  grants(who: string): Node[] {
    return (this.#grants.get(who) ?? []).filter((grant) => this.roleOf(grant) !== undefined)
  }

  /** Valid entries that begin an epoch no other valid one has seen. */
  get epochs(): readonly Node[] {
    this.#epochs ??= heads(
      [...this.#valid].filter(({ statement: { act } }) => beginsEpoch(act) !== undefined),
    )
    return this.#epochs
  }

  /** Valid entries that no other valid one has seen. */
  get heads(): readonly Node[] {
    return heads([...this.#valid])
  }

  #best(who: string, fits: (role: Role) => boolean): Node | undefined {
    let best: Node | undefined
    for (const grant of this.#grants.get(who) ?? []) {
      const role = this.roleOf(grant)
      if (role === undefined || !fits(role)) continue
      if (best === undefined || isNearer(grant, best)) best = grant
    }
    return best
  }

  #cancelling(grant: Node): Node[] {
    if (grant.via === undefined) return [] // the creator's
    const who = granted(grant.statement)?.who ?? ''
    const level = levelOf(grant)
    return (this.#revokes.get(who) ?? []).filter(
      (revoke) =>
        revoke !== grant &&
        (isLeave(revoke) || level > revoke.depth) &&
        !grant.aclPast.has(revoke.aclNumber) &&
        this.#valid.has(revoke),
    )
  }
}

/** Whether it is by the one it revokes. */
export function isLeave({ statement: { act, author } }: Node): boolean {
  return act.kind === 'revoke' && act.who === author
}

function heads(nodes: readonly Node[]): Node[] {
  const words = new Uint32Array(Math.max(0, ...nodes.map(({ aclPast }) => aclPast.length)))
  for (const { aclPast } of nodes) aclPast.addTo(words)
  const seen = new AclSet(words)
  return nodes.filter(({ aclNumber }) => !seen.has(aclNumber))
}

function isNearer(a: Node, b: Node): boolean {
  return (
    levelOf(a) - levelOf(b) < 0 || (levelOf(a) === levelOf(b) && a.statement.id < b.statement.id)
  )
}

function listed<V>(map: Map<string, V[]>, key: string): V[] {
  let list = map.get(key)
  if (list === undefined) {
    list = []
    map.set(key, list)
  }
  return list
}
