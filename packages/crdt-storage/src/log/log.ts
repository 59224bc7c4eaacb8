import { Authority, type Change } from '../authority/authority.ts'
import type { Node } from '../authority/node.ts'
import type { Genesis } from '../entry/content.ts'
import type { Entry } from '../entry/entry.ts'
import { stubOf } from '../entry/entry-format.ts'
import { Parked, type ParkedLimits } from './parked.ts'

/** What became of an entry. */
export interface Taken {
  readonly entry: Entry
  readonly source: string
  readonly change: Change
}

/** How many entries that count for nothing are remembered, so that they are not asked for again. */
const REFUSED_KEPT = 4096

/** All entries of a space that are here, each with what it names. */
export class Log {
  readonly genesis: Entry & { readonly content: Genesis }
  readonly authority: Authority
  readonly parked: Parked
  readonly #entries = new Map<string, Entry>()
  readonly #tips = new Map<string, Node>()
  readonly #refused = new Set<string>()
  /** Entries that count for nothing but hold the signature of those before, by the one before. */
  readonly #tails = new Map<string, Entry>()
  #bytes = 0

  constructor(genesis: Entry, limits: ParkedLimits) {
    const { content } = genesis
    if (content.kind !== 'genesis') throw new TypeError(`not a genesis but ${content.kind}`)
    this.genesis = { ...genesis, content }
    this.authority = new Authority(genesis, content)
    this.parked = new Parked(limits)
    this.#keep(genesis)
  }

  /** The id of the space. */
  get space(): string {
    return this.genesis.id
  }

  /** Bytes of all entries. */
  get bytes(): number {
    return this.#bytes
  }

  /** Whether it is here, or was and counts for nothing. */
  knows(id: string): boolean {
    return this.#entries.has(id) || this.#refused.has(id)
  }

  get(id: string): Entry | undefined {
    return this.#entries.get(id)
  }

  /** The longest end of a chain. */
  tip(author: string, via: string): Node | undefined {
    return this.#tips.get(`${author}/${via}`)
  }

  /** Takes an entry whose signature was checked, and all that waited for it. */
  take(entry: Entry, source: string): Taken[] {
    const taken: Taken[] = []
    const open = [{ entry, source }]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { id } = next.entry
      if (this.knows(id)) continue
      const [missing] = this.authority.missing(next.entry)
      if (missing !== undefined) {
        if (this.#refused.has(missing)) this.#refuse(next.entry)
        else this.parked.add(next.entry, next.source, missing)
        continue
      }
      const change = this.authority.add(next.entry)
      taken.push({ ...next, change })
      if (change.fault === undefined) this.#keep(next.entry)
      else this.#refuse(next.entry)
      open.push(...this.parked.take(id).reverse())
    }
    return taken
  }

  /**
   * Entries of one chain from `node` on, the last one signed.
   * @param maxBytes it ends before, if there is a signature before
   */
  runFrom(node: Node, maxBytes: number): Entry[] {
    const run: Entry[] = []
    let signed = 0
    let bytes = 0
    let at: Entry | undefined = this.#entries.get(node.statement.id)
    while (at !== undefined) {
      bytes += at.rest.length + 80
      if (bytes > maxBytes && signed > 0) break
      run.push(at)
      if (at.signature !== undefined) signed = run.length
      at = this.#next(at.id)
    }
    return run.slice(0, signed)
  }

  /** Forgets the bodies of entries; ids, names and signatures stay. */
  drop(ids: Iterable<string>): void {
    for (const id of ids) {
      const entry = this.#entries.get(id)
      if (entry === undefined) continue
      const stub = stubOf(entry)
      this.#bytes += stub.rest.length - entry.rest.length
      this.#entries.set(id, stub)
    }
  }

  #next(id: string): Entry | undefined {
    const node = this.authority.get(id)
    const [next] = node === undefined ? [] : this.authority.after(node)
    return next === undefined ? this.#tails.get(id) : this.#entries.get(next.statement.id)
  }

  #keep(entry: Entry): void {
    this.#entries.set(entry.id, entry)
    this.#bytes += entry.rest.length
    const node = this.authority.get(entry.id) as Node
    const tip = this.#tips.get(node.chain)
    if (tip === undefined || tip.statement.seq < entry.seq) this.#tips.set(node.chain, node)
  }

  #refuse(entry: Entry): void {
    this.#refused.add(entry.id)
    const before = entry.prev === undefined ? undefined : this.#entries.get(entry.prev)
    if (before !== undefined && before.signature === undefined) this.#tails.set(before.id, entry)
    for (const oldest of this.#refused) {
      if (this.#refused.size <= REFUSED_KEPT) break
      this.#refused.delete(oldest)
    }
  }
}
