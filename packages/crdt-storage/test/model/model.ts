/**
 * What the rules of access say, as sets and nothing else: slow, short, and written from the text
 * of the rules alone. The tests hold the package against it.
 * @module
 */

/** An entry, as the rules see it. */
export interface Said {
  readonly id: string
  readonly author: string
  readonly via: string
  readonly seq: number
  readonly prev?: string
  readonly acl: readonly string[]
  readonly deps: readonly string[]
  readonly kind: 'genesis' | 'grant' | 'revoke' | 'data'
  readonly who?: string
  /** Of a grant: its role; of a revoke: what it leaves. */
  readonly role?: number
}

const WRITE = 2
const ADMIN = 3

/** The view of one set of entries. */
export interface View {
  readonly valid: ReadonlySet<string>
  readonly live: ReadonlyMap<string, number>
  readonly accepted: ReadonlySet<string>
}

export class Model {
  readonly #all: ReadonlyMap<string, Said>
  readonly #genesis: Said
  readonly #pasts = new Map<string, Set<string>>()
  readonly #verdicts = new Map<string, boolean>()
  readonly #views = new Map<string, View>()

  constructor(entries: Iterable<Said>, genesis: Said) {
    this.#all = new Map([...entries].map((entry) => [entry.id, entry]))
    this.#genesis = genesis
  }

  /** Everything reached by prev, via, acl and deps; undefined while some of it is not here. */
  past(id: string): Set<string> | undefined {
    const kept = this.#pasts.get(id)
    if (kept !== undefined) return kept
    const past = new Set<string>()
    for (const name of this.#named(this.#entry(id))) {
      if (!this.#all.has(name)) return undefined
      const further = this.past(name)
      if (further === undefined) return undefined
      past.add(name)
      for (const each of further) past.add(each)
    }
    this.#pasts.set(id, past)
    return past
  }

  /** f of everything that is here. */
  get view(): View {
    return this.viewOf(new Set([...this.#all.keys()].filter((id) => this.past(id) !== undefined)))
  }

  /** Rule 2. */
  isAdmissible(id: string): boolean {
    const kept = this.#verdicts.get(id)
    if (kept !== undefined) return kept
    const verdict = this.#judge(this.#entry(id))
    this.#verdicts.set(id, verdict)
    return verdict
  }

  #judge(e: Said): boolean {
    if (e.id === this.#genesis.id) return true
    if (e.kind === 'genesis') return false
    const past = this.past(e.id)
    if (past === undefined) return false
    if (!this.#named(e).every((name) => this.isAdmissible(name))) return false
    const before = this.viewOf(past)
    const via = this.#entry(e.via)
    if (this.#grantee(via) !== e.author) return false
    const role = before.live.get(e.via)
    if (role === undefined) return false
    if (this.#isLeave(e)) {
      if (e.via === this.#genesis.id) return false
      if (e.role !== undefined && e.role > role) return false
    } else if (role < (e.kind === 'data' ? WRITE : ADMIN)) return false
    if (e.prev === undefined) {
      if (e.seq !== 0 || e.via === this.#genesis.id) return false
    } else {
      const prev = this.#entry(e.prev)
      if (prev.author !== e.author || prev.via !== e.via || prev.seq + 1 !== e.seq) return false
    }
    if (e.acl.some((name) => this.#entry(name).kind === 'data')) return false
    if (e.deps.some((name) => this.#entry(name).kind !== 'data')) return false
    const built = [...e.deps, ...(e.prev === undefined ? [] : [e.prev])]
    return built.every((name) => this.#entry(name).kind !== 'data' || before.accepted.has(name))
  }

  viewOf(set: ReadonlySet<string>): View {
    const key = [...set].sort().join(' ')
    const kept = this.#views.get(key)
    if (kept !== undefined) return kept
    const entries = [...set].map((id) => this.#entry(id)).filter((e) => this.isAdmissible(e.id))
    const acl = entries.filter((e) => e.kind !== 'data')
    const valid = new Set<string>()
    const depths = [...new Set(acl.map((e) => this.#depth(e)))].sort((a, b) => a - b)
    for (const depth of depths) {
      const now: string[] = []
      for (const e of acl.filter((each) => this.#depth(each) === depth)) {
        const viaHolds = e.id === this.#genesis.id || valid.has(e.via) || now.includes(e.via)
        if (viaHolds && !acl.some((r) => valid.has(r.id) && this.#seals(r, e))) now.push(e.id)
      }
      for (const id of now) valid.add(id)
    }
    const live = new Map<string, number>()
    for (const g of acl) {
      if (!valid.has(g.id) || this.#grantee(g) === undefined) continue
      if (acl.some((r) => valid.has(r.id) && this.#cancels(r, g))) continue
      live.set(g.id, g.kind === 'genesis' ? ADMIN : (g.role as number))
    }
    const data = entries.filter((e) => e.kind === 'data')
    const stands = (e: Said): boolean =>
      valid.has(e.via) && !acl.some((r) => valid.has(r.id) && this.#seals(r, e))
    const counts = (e: Said): boolean => (e.kind === 'data' ? stands(e) : valid.has(e.id))
    const closed = (e: Said): boolean => {
      if (e.via === this.#genesis.id) return false
      for (const step of [e, ...this.#chainBefore(e)]) {
        const twins = entries.filter(
          (o) => o.author === e.author && o.via === e.via && o.prev === step.prev && counts(o),
        )
        if (twins.length > 1) return true
      }
      return false
    }
    const accepted = new Set<string>()
    for (const a of data.filter((e) => stands(e) && !closed(e))) {
      accepted.add(a.id)
      for (const id of this.viewOf(this.past(a.id) as Set<string>).accepted) accepted.add(id)
    }
    const view = { valid, live, accepted }
    this.#views.set(key, view)
    return view
  }

  /** Rules 4 and 7. */
  #cancels(r: Said, g: Said): boolean {
    if (r.kind !== 'revoke' || r.who !== this.#grantee(g) || g.kind === 'genesis') return false
    if (r.id === g.id || (this.past(g.id) as Set<string>).has(r.id)) return false
    return this.#isLeave(r) || this.#level(g) > this.#depth(r)
  }

  /** Rule 5. */
  #seals(r: Said, e: Said): boolean {
    if (this.#isLeave(r) || e.id === this.#genesis.id) return false
    return this.#cancels(r, this.#entry(e.via)) && !(this.past(r.id) as Set<string>).has(e.id)
  }

  #chainBefore(e: Said): Said[] {
    const before: Said[] = []
    for (let at = e.prev; at !== undefined; at = this.#entry(at).prev) before.push(this.#entry(at))
    return before
  }

  #isLeave(e: Said): boolean {
    return e.kind === 'revoke' && e.who === e.author
  }

  #grantee(e: Said): string | undefined {
    if (e.kind === 'genesis') return e.author
    if (e.kind === 'grant' || (e.kind === 'revoke' && e.role !== undefined)) return e.who
    return undefined
  }

  /** Rule 3. */
  #level(g: Said): number {
    return g.id === this.#genesis.id ? 0 : this.#depth(g) + 1
  }

  #depth(e: Said): number {
    return e.id === this.#genesis.id ? -1 : this.#level(this.#entry(e.via))
  }

  #named(e: Said): string[] {
    const named = [...e.acl, ...e.deps]
    if (e.via !== e.id) named.push(e.via)
    if (e.prev !== undefined) named.push(e.prev)
    return named
  }

  #entry(id: string): Said {
    const entry = this.#all.get(id)
    if (entry === undefined) throw new RangeError(`no entry ${id}`)
    return entry
  }
}
