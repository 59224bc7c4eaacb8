import type { Entry } from '../entry/entry.ts'

/** What is kept of entries whose past is not here yet. */
export interface ParkedLimits {
  /** Bytes of one source. Default 1 MiB. */
  readonly parkedBytes: number
  /** Bytes of all sources together. Default 8 MiB. */
  readonly parkedBytesInAll: number
}

interface Waiting {
  readonly entry: Entry
  readonly source: string
  /** One of the entries it waits for. */
  readonly missing: string
}

/** Entries that name what is not here yet. The oldest of a source that sends too many go first. */
export class Parked {
  readonly #limits: ParkedLimits
  readonly #byId = new Map<string, Waiting>()
  readonly #byMissing = new Map<string, Set<string>>()
  readonly #bytes = new Map<string, number>()
  #total = 0
  #dropped = 0

  constructor(limits: ParkedLimits) {
    this.#limits = limits
  }

  get bytes(): number {
    return this.#total
  }

  get count(): number {
    return this.#byId.size
  }

  /** Entries that had to go. */
  get dropped(): number {
    return this.#dropped
  }

  has(id: string): boolean {
    return this.#byId.has(id)
  }

  add(entry: Entry, source: string, missing: string): void {
    const known = this.#byId.get(entry.id)
    if (known !== undefined) this.#remove(known)
    this.#byId.set(entry.id, { entry, source, missing })
    const waiting = this.#byMissing.get(missing) ?? new Set()
    this.#byMissing.set(missing, waiting.add(entry.id))
    this.#count(source, sizeOf(entry))
    while ((this.#bytes.get(source) ?? 0) > this.#limits.parkedBytes) this.#dropOldest(source)
    while (this.#total > this.#limits.parkedBytesInAll) this.#dropOldest(this.#largest())
  }

  /** Takes out all that waited for an entry. */
  take(id: string): { entry: Entry; source: string }[] {
    const found = [...(this.#byMissing.get(id) ?? [])].map(
      (each) => this.#byId.get(each) as Waiting,
    )
    for (const waiting of found) this.#remove(waiting)
    return found
  }

  #dropOldest(source: string): void {
    for (const waiting of this.#byId.values()) {
      if (waiting.source !== source) continue
      this.#remove(waiting)
      this.#dropped++
      return
    }
  }

  #largest(): string {
    const [first] = [...this.#bytes].sort((a, b) => b[1] - a[1])
    return first?.[0] ?? ''
  }

  #remove({ entry, source, missing }: Waiting): void {
    this.#byId.delete(entry.id)
    const waiting = this.#byMissing.get(missing)
    waiting?.delete(entry.id)
    if (waiting?.size === 0) this.#byMissing.delete(missing)
    this.#count(source, -sizeOf(entry))
  }

  #count(source: string, bytes: number): void {
    const left = (this.#bytes.get(source) ?? 0) + bytes
    if (left > 0) this.#bytes.set(source, left)
    else this.#bytes.delete(source)
    this.#total += bytes
  }
}

/** What an entry costs while it waits: its bytes, and some for what holds it. */
function sizeOf({ rest, acl, deps }: Entry): number {
  return rest.length + 600 + 100 * (acl.length + deps.length)
}
