import { type AclSet, AclSets } from './acl-set.ts'
import { AclView } from './acl-view.ts'
import { type Fault, faultOf, type Terms } from './admissible.ts'
import { Forks } from './forks.ts'
import { isDataNode, levelOf, type Node } from './node.ts'
import { Pasts } from './pasts.ts'
import { type Scope, Scopes } from './scope.ts'
import { isData, namedBy, type Statement } from './statement.ts'

/** How many views of earlier states are kept; others are made again. */
const VIEWS_KEPT = 64

/** What an entry changed. */
export interface Change {
  /** Why it counts for nothing, ever; then nothing changed. */
  readonly fault: Fault | undefined
  /** Data that is accepted now and was not. */
  readonly accepted: readonly Node[]
  /** Data that was accepted and is no longer. */
  readonly dropped: readonly Node[]
  /** Whether its author said something else under the same number. */
  readonly forked: boolean
}

const NOTHING = { accepted: [], dropped: [], forked: false } as const

/**
 * Who may do what, and what counts, as a function of the set of entries alone: no clock, no order
 * of arrival, no vote.
 *
 * 1. Each entry is judged once, by what its past says; the verdict never changes.
 * 2. Equal sets of entries give equal views.
 * 3. Nobody who was revoked adds or changes anything the revoke had not seen, except through a
 *    writer who vouches for it.
 * 4. The accepted are closed: whatever they build on is accepted.
 */
export class Authority {
  readonly #terms: Terms
  readonly #sets = new AclSets()
  readonly #views = new Map<AclSet, AclView>()
  readonly #byId = new Map<string, Node>()
  readonly #nodes: Node[] = []
  readonly #acl: Node[] = []
  readonly #forks = new Forks()
  readonly #scopes: Scopes
  readonly #accepted = new Set<Node>()
  /** Data that is not accepted. */
  readonly #out = new Set<Node>()
  readonly #heads = new Set<Node>()
  #pastOfAll: AclSet
  #now: Scope

  /** @param genesis the first entry, which names nobody */
  constructor(genesis: Statement, terms: Terms) {
    this.#terms = terms
    const pasts = new Pasts()
    this.#scopes = new Scopes({
      pasts,
      forks: this.#forks,
      nodes: this.#nodes,
      viewOf: (node) => this.#view(node.aclPast),
    })
    const root = this.#makeNode(genesis)
    this.#insert(root)
    this.#pastOfAll = this.#sets.with(this.#sets.empty, 0)
    this.#now = { view: this.#view(this.#pastOfAll), of: undefined }
  }

  /** Who may do what now. */
  get view(): AclView {
    return this.#now.view
  }

  /** All data that counts, in the order it came to. */
  get accepted(): ReadonlySet<Node> {
    return this.#accepted
  }

  /** Accepted data nothing accepted builds on: what the next entry should name. */
  get heads(): ReadonlySet<Node> {
    return this.#heads
  }

  /** The last entries of all chains. */
  get ends(): Generator<Node> {
    return this.#forks.ends()
  }

  /** How many entries there are. */
  get size(): number {
    return this.#nodes.length
  }

  /** All entries, causes first. */
  get nodes(): readonly Node[] {
    return this.#nodes
  }

  get(id: string): Node | undefined {
    return this.#byId.get(id)
  }

  /** What `statement` names and is not here. */
  missing(statement: Statement): string[] {
    return namedBy(statement).filter((id) => !this.#byId.has(id))
  }

  /** What was valid in the past of an entry. */
  viewAt(node: Node): AclView {
    return this.#view(node.aclPast)
  }

  /** Whether everybody will always accept what an entry of the creator had seen accepted. */
  isAcceptedAt(data: Node, later: Node): boolean {
    return this.#scopes.includes(data, this.#scopes.past(later))
      ? this.#scopes.isAccepted(data, this.#scopes.past(later))
      : false
  }

  /** Whether data came before an entry. */
  isBefore(node: Node, later: Node): boolean {
    return this.#scopes.includes(node, this.#scopes.past(later))
  }

  /** What one author said next to each other under one number. */
  forksOf(chain: string): readonly Node[][] {
    return this.#forks.of(chain).map(({ branches }) => [...branches])
  }

  /** Entries that follow `node` in its chain. */
  after(node: Node): readonly Node[] {
    return this.#forks.after(node)
  }

  /**
   * Why an entry would count for nothing.
   * @throws RangeError as {@link Authority.add}
   */
  judge(statement: Statement): Fault | undefined {
    return this.#faultOf(this.#makeNode(statement))
  }

  /**
   * Takes an entry.
   * @throws RangeError if it names what is not here, see {@link Authority.missing}
   */
  add(statement: Statement): Change {
    if (this.#byId.has(statement.id)) return { fault: undefined, ...NOTHING }
    const node = this.#makeNode(statement)
    const fault = this.#faultOf(node)
    if (fault !== undefined) return { fault, ...NOTHING }
    const forked = this.#insert(node)
    if (!isDataNode(node)) {
      this.#pastOfAll = this.#sets.with(this.#pastOfAll, node.aclNumber)
      this.#now = { view: this.#view(this.#pastOfAll), of: undefined }
    }
    // A grant never changes what counts; a revoke may, either way.
    if (forked || statement.act.kind === 'revoke') return { fault, forked, ...this.#judgeAll() }
    if (!isDataNode(node)) return { fault, ...NOTHING }
    return { fault, forked, accepted: this.#judgeNew(node), dropped: [] }
  }

  #faultOf(node: Node): Fault | undefined {
    return faultOf(node, this.#view(node.aclPast), this.#scopes, this.#terms)
  }

  #makeNode(statement: Statement): Node {
    const parents = [...new Set(namedBy(statement))].map((id) => {
      const parent = this.#byId.get(id)
      if (parent === undefined) throw new RangeError(`entry ${statement.id} names unknown ${id}`)
      return parent
    })
    const via = statement.via === statement.id ? undefined : this.#byId.get(statement.via)
    return {
      statement,
      index: this.#nodes.length,
      height: parents.reduce((most, { height }) => Math.max(most, height + 1), 0),
      depth: via === undefined ? 0 : levelOf(via),
      chain: `${statement.author}/${statement.via}`,
      via,
      prev: statement.prev === undefined ? undefined : this.#byId.get(statement.prev),
      parents,
      aclPast: this.#sets.union(parents.map((parent) => this.#pastWith(parent))),
      aclNumber: isData(statement) ? -1 : this.#acl.length,
    }
  }

  #pastWith({ aclPast, aclNumber }: Node): AclSet {
    return aclNumber < 0 ? aclPast : this.#sets.with(aclPast, aclNumber)
  }

  #insert(node: Node): boolean {
    this.#byId.set(node.statement.id, node)
    this.#nodes.push(node)
    if (node.aclNumber >= 0) this.#acl.push(node)
    else this.#out.add(node)
    return this.#forks.add(node)
  }

  #view(set: AclSet): AclView {
    let view = this.#views.get(set)
    this.#views.delete(set)
    if (view === undefined) {
      view = new AclView([...set].map((number) => this.#acl[number] as Node))
      for (const oldest of this.#views.keys()) {
        if (this.#views.size < VIEWS_KEPT) break
        this.#views.delete(oldest)
      }
    }
    this.#views.set(set, view)
    return view
  }

  #judgeNew(node: Node): Node[] {
    if (!this.#scopes.isAnchor(node, this.#now)) return []
    const accepted = [...this.#rescuedBy(node), node]
    for (const each of accepted) this.#accept(each)
    return accepted
  }

  #rescuedBy(anchor: Node): Node[] {
    if (this.#out.size === 0 || this.#addsNothing(anchor)) return []
    const past = this.#scopes.past(anchor)
    return [...this.#out].filter(
      (node) => this.#scopes.includes(node, past) && this.#scopes.isAccepted(node, past),
    )
  }

  /** Whether all it names was accepted, and knew as much about access: then so was its past. */
  #addsNothing({ parents, prev, via, aclPast }: Node): boolean {
    // What came before the grant came before the entry before.
    if (prev === undefined || !isDataNode(prev)) return false
    return parents.every(
      (parent) => parent === via || (parent.aclPast === aclPast && this.#accepted.has(parent)),
    )
  }

  #judgeAll(): { accepted: Node[]; dropped: Node[] } {
    const before = new Set(this.#accepted)
    const accepted: Node[] = []
    for (const node of this.#accepted) this.#out.add(node)
    this.#accepted.clear()
    this.#heads.clear()
    for (const node of this.#allAccepted()) {
      this.#accept(node)
      if (!before.delete(node)) accepted.push(node)
    }
    return { accepted, dropped: [...before] }
  }

  #allAccepted(): Node[] {
    const accepted = new Set<Node>()
    const data = this.#nodes.filter(isDataNode)
    for (const node of data) if (this.#scopes.isAnchor(node, this.#now)) accepted.add(node)
    // What accepted data names is accepted; only what is left needs a closer look.
    for (const node of [...accepted].reverse()) vouch(node, accepted)
    for (const node of data.filter((each) => !accepted.has(each))) {
      if (this.#scopes.isAccepted(node, this.#now)) accepted.add(node)
    }
    return data.filter((node) => accepted.has(node))
  }

  #accept(node: Node): void {
    this.#accepted.add(node)
    this.#out.delete(node)
    for (const parent of node.parents) this.#heads.delete(parent)
    let before = node.prev
    while (before !== undefined && !isDataNode(before)) before = before.prev
    if (before !== undefined) this.#heads.delete(before)
    this.#heads.add(node)
  }
}

function vouch(node: Node, accepted: Set<Node>): void {
  const open = node.parents.filter((parent) => isDataNode(parent) && !accepted.has(parent))
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    accepted.add(next)
    for (const parent of next.parents) {
      if (isDataNode(parent) && !accepted.has(parent)) open.push(parent)
    }
  }
}
