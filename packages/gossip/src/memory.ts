import type { Entry } from './entry.ts'
import type { Limits } from './options.ts'

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
  /** Oldest first. */
  readonly #seen = new Map<string, Entry>()
  /** By number, those of it in the order they came. */
  readonly #numbers = new Map<string, readonly Entry[]>()
  /** Those with a body, oldest first, from {@link #start} on. */
  #ring: Entry[] = []
  #start = 0
  #bytes = 0
  /** The highest number forgotten, by author and epoch; the least recently needed first. */
  readonly #floors = new Map<string, number>()

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** What is held, for those who watch memory. */
  get sizes(): { seen: number; kept: number; keptBytes: number; floors: number } {
    const kept = this.#ring.length - this.#start
    return { seen: this.#seen.size, kept, keptBytes: this.#bytes, floors: this.#floors.size }
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
    this.#numbers.set(entry.id, [...this.variants(entry.id), entry])
    this.#ring.push(entry)
    this.#bytes += entry.body?.length ?? 0
    this.trim(entry.at)
  }

  /** What is kept and came at `since` or later, newest first. */
  *recent(since: number): Generator<Entry> {
    for (let at = this.#ring.length - 1; at >= this.#start; at--) {
      const entry = this.#ring[at] as Entry
      if (entry.at < since) return
      yield entry
    }
  }

  /** Lets go of what is too old or too much. */
  trim(now: number): void {
    const { replayMs, replayMessages, replayBytes, seenLimit } = this.#limits
    while (this.#start < this.#ring.length) {
      const oldest = this.#ring[this.#start] as Entry
      const tooMany = this.#ring.length - this.#start > replayMessages || this.#bytes > replayBytes
      if (!tooMany && now - oldest.at < replayMs + SLACK_MS) break
      this.#bytes -= oldest.body?.length ?? 0
      oldest.body = undefined
      this.#start++
    }
    if (this.#start > 64 && this.#start * 2 > this.#ring.length) {
      this.#ring = this.#ring.slice(this.#start)
      this.#start = 0
    }
    for (const entry of this.#seen.values()) {
      if (this.#seen.size <= seenLimit && now - entry.at < replayMs + EXPIRY_MS + SLACK_MS) break
      this.#forget(entry)
    }
  }

  #forget(entry: Entry): void {
    const { key, id, author, epoch, sequence } = entry
    this.#seen.delete(key)
    this.#numbers.delete(id)
    const name = author + epoch
    const floor = Math.max(sequence, this.#floors.get(name) ?? 0)
    this.#floors.delete(name)
    this.#floors.set(name, floor)
    for (const oldest of this.#floors.keys()) {
      if (this.#floors.size <= this.#limits.authorLimit) break
      this.#floors.delete(oldest)
    }
  }
}
