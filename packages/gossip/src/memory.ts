import type { Entry } from './entry.ts'
import type { Limits } from './options.ts'
import { Queue } from './queue.ts'
import { Recent } from './recent.ts'

/** Messages are kept a little longer than promised, since they reach peers at different times, ms. */
const SLACK_MS = 10_000

/** Messages sent longer ago than the replay window and this are nobody's any more, ms. */
const EXPIRY_MS = 60_000

/**
 * Which messages this peer has had, and those it can still give to others.
 *
 * Invariants: a message is recognised for as long as one of its age is accepted, unless there are
 * more than `seenLimit`; then, and afterwards, the highest number forgotten of each author stands
 * for all before it.
 */
export class Memory {
  readonly #limits: Limits
  readonly #seen = new Map<string, Entry>()
  /** By number, those of it in the order they came. */
  readonly #numbers = new Map<string, readonly Entry[]>()
  readonly #order = new Queue<Entry>()
  /** Those with a body. */
  readonly #kept = new Queue<Entry>()
  #keptBytes = 0
  /** The highest number forgotten, by author and epoch. */
  readonly #floors: Recent<string, number>

  constructor(limits: Limits) {
    this.#limits = limits
    this.#floors = new Recent(limits.authorLimit)
  }

  /** What is held, for those who watch memory. */
  get sizes(): { seen: number; kept: number; keptBytes: number; floors: number } {
    const { size: seen } = this.#seen
    const { length: kept } = this.#kept
    return { seen, kept, keptBytes: this.#keptBytes, floors: this.#floors.size }
  }

  /** What others can still be given, oldest first. */
  get kept(): Iterable<Entry> {
    return this.#kept
  }

  get(key: string): Entry | undefined {
    return this.#seen.get(key)
  }

  /** The messages of that number, in the order they came. More than one: its author equivocates. */
  variants(id: string): readonly Entry[] {
    return this.#numbers.get(id) ?? []
  }

  /** Whether a message is from so long ago that it may have been here and is forgotten. */
  isOld(author: string, epoch: number, sequence: number): boolean {
    return sequence <= (this.#floors.get(author + epoch) ?? 0)
  }

  /** The time before which what was sent is ignored. */
  expiry(now: number): number {
    return now - this.#limits.replayMs - EXPIRY_MS
  }

  add(entry: Entry): void {
    this.#seen.set(entry.key, entry)
    const twins = this.#numbers.get(entry.id)
    this.#numbers.set(entry.id, twins === undefined ? [entry] : [...twins, entry])
    this.#order.push(entry)
    if (entry.body !== undefined) {
      this.#kept.push(entry)
      this.#keptBytes += entry.body.length
    }
    this.trim(entry.at)
  }

  /** Lets go of what is too old or too much. */
  trim(now: number): void {
    const { replayMs, replayMessages, replayBytes, seenLimit } = this.#limits
    for (;;) {
      const { first: oldest, length } = this.#kept
      if (oldest?.body === undefined) break
      const isTooMuch = length > replayMessages || this.#keptBytes > replayBytes
      if (!isTooMuch && now - oldest.at < replayMs + SLACK_MS) break
      this.#keptBytes -= oldest.body.length
      oldest.body = undefined
      this.#kept.shift()
    }
    for (;;) {
      const { first: oldest, length } = this.#order
      if (oldest === undefined) break
      if (length <= seenLimit && now - oldest.at < replayMs + EXPIRY_MS + SLACK_MS) break
      this.#order.shift()
      this.#forget(oldest)
    }
  }

  #forget({ key, id, author, epoch, sequence }: Entry): void {
    this.#seen.delete(key)
    this.#numbers.delete(id)
    const name = author + epoch
    this.#floors.set(name, Math.max(sequence, this.#floors.get(name) ?? 0))
  }
}
