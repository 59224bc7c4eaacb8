import { hexToBytes } from '@noble/hashes/utils.js'
import type { Verify } from '@pigeon/identity'
import type { Clock } from '@pigeon/transport'
import { TokenBucket } from '@pigeon/transport'
import { isData } from '../authority/statement.ts'
import type { Entry } from '../entry/entry.ts'
import { signedBytes } from '../entry/entry-format.ts'
import { readRun } from '../entry/run.ts'
import type { Log, Taken } from '../log/log.ts'
import type { SpaceLimits } from './options.ts'

/**
 * What became of bytes from somebody else:
 * - `taken`: at least one entry is new here
 * - `parked`: something is new, and waits for entries that are missing
 * - `known`: nothing is new
 * - `malformed`, `forged`: no entries, or not signed by their author
 * - `inadmissible`: signed, and not allowed
 * - `full`, `busy`: no room for more of this author or space; too much from this source
 */
export type Receipt =
  | 'taken'
  | 'parked'
  | 'known'
  | 'malformed'
  | 'forged'
  | 'inadmissible'
  | 'full'
  | 'busy'

/** How many sources have a rate of their own; the one silent for longest goes first. */
const SOURCES_KEPT = 1024

/** Checks what comes from others before it reaches the log. */
export class Intake {
  readonly #log: Log
  readonly #verify: Verify
  readonly #clock: Clock
  readonly #limits: SpaceLimits
  readonly #rates = new Map<string, TokenBucket>()
  readonly #authorBytes = new Map<string, number>()

  constructor(log: Log, verify: Verify, clock: Clock, limits: SpaceLimits) {
    this.#log = log
    this.#verify = verify
    this.#clock = clock
    this.#limits = limits
  }

  /** Reads a run, checks who signed it, and takes what may be taken. */
  async take(bytes: Uint8Array, source: string): Promise<{ receipt: Receipt; taken: Taken[] }> {
    if (!this.#rate(source).take(1, this.#clock.now())) return { receipt: 'busy', taken: [] }
    let entries: Entry[]
    try {
      entries = readRun(this.#log.space, bytes)
    } catch {
      return { receipt: 'malformed', taken: [] }
    }
    if (entries.every(({ id }) => this.#log.knows(id))) return { receipt: 'known', taken: [] }
    if (!(await this.#isSigned(entries))) return { receipt: 'forged', taken: [] }
    return this.#insert(entries, source)
  }

  /** Takes entries of the own store. */
  load(entries: readonly Entry[]): Taken[] {
    const taken = entries.flatMap((entry) => this.#log.take(entry, ''))
    for (const each of taken) this.#count(each)
    return taken
  }

  #insert(entries: readonly Entry[], source: string): { receipt: Receipt; taken: Taken[] } {
    const taken: Taken[] = []
    let receipt: Receipt = 'known'
    for (const entry of entries) {
      if (this.#log.knows(entry.id)) continue
      if (this.#isFull(entry)) return { receipt: 'full', taken }
      const now = this.#log.take(entry, source)
      for (const each of now) this.#count(each)
      taken.push(...now)
      const own = now.find((each) => each.entry.id === entry.id)
      if (own === undefined) receipt = receipt === 'taken' ? receipt : 'parked'
      else if (own.change.fault === undefined) receipt = 'taken'
      else if (receipt === 'known') receipt = 'inadmissible'
    }
    return { receipt, taken }
  }

  /** The last signature stands for all before it, by their hashes; others must hold as well. */
  async #isSigned(entries: readonly Entry[]): Promise<boolean> {
    for (const { id, author, signature } of entries) {
      if (signature === undefined || this.#log.knows(id)) continue
      if (!(await this.#verify(signedBytes(id), signature, hexToBytes(author)))) return false
    }
    return entries.at(-1)?.signature !== undefined
  }

  /** Entries about access find room when data does not, so that an admin can end a flood. */
  #isFull(entry: Entry): boolean {
    const { spaceBytes, authorBytes } = this.#limits
    const room = isData(entry) ? 1 : 1.25
    if (this.#log.bytes + entry.rest.length > spaceBytes * room) return true
    if (entry.author === this.#log.genesis.author) return false
    return (this.#authorBytes.get(entry.author) ?? 0) + entry.rest.length > authorBytes * room
  }

  #count({ entry, change }: Taken): void {
    if (change.fault !== undefined) return
    const bytes = (this.#authorBytes.get(entry.author) ?? 0) + entry.rest.length
    this.#authorBytes.set(entry.author, bytes)
  }

  #rate(source: string): TokenBucket {
    const { sourceRate } = this.#limits
    const rate =
      this.#rates.get(source) ?? new TokenBucket(sourceRate, sourceRate * 4, this.#clock.now())
    this.#rates.delete(source)
    this.#rates.set(source, rate)
    for (const oldest of this.#rates.keys()) {
      if (this.#rates.size <= SOURCES_KEPT) break
      this.#rates.delete(oldest)
    }
    return rate
  }
}
