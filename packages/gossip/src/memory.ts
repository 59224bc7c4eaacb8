import { peerIdFromBytes } from '@pigeon/xor'
import { Author } from './author.ts'
import { type Entry, textOf } from './entry.ts'
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
 * more than `seenLimit`; then, and afterwards, the highest number forgotten of each author and
 * epoch stands for all before it.
 */
export class Memory {
  readonly #limits: Limits
  readonly #seen = new Map<string, Entry>()
  readonly #order = new Queue<Entry>()
  /** Those with a body. */
  readonly #kept = new Queue<Entry>()
  #keptBytes = 0
  /** By the bytes of their ids, as text. */
  readonly #authors: Recent<string, Author>

  constructor(limits: Limits) {
    this.#limits = limits
    this.#authors = new Recent(limits.authorLimit)
  }

  /** What is held, for those who watch memory. */
  get sizes(): { seen: number; kept: number; keptBytes: number; authors: number } {
    const { size: seen } = this.#seen
    const { length: kept } = this.#kept
    return { seen, kept, keptBytes: this.#keptBytes, authors: this.#authors.size }
  }

  /** Authors remembered. */
  get authors(): number {
    return this.#authors.size
  }

  /** What others can still be given, oldest first. */
  get kept(): Iterable<Entry> {
    return this.#kept
  }

  get(key: string): Entry | undefined {
    return this.#seen.get(key)
  }

  /** @param id 20 bytes */
  knownAuthor(id: Uint8Array): Author | undefined {
    return this.#authors.get(textOf(id))
  }

  /** @param id 20 bytes */
  author(id: Uint8Array, now: number): Author {
    const name = textOf(id)
    let author = this.#authors.get(name)
    if (author === undefined) {
      author = new Author(peerIdFromBytes(id), this.#limits, now)
      this.#authors.set(name, author)
    }
    return author
  }

  /** The time before which what was sent is ignored. */
  expiry(now: number): number {
    return now - this.#limits.replayMs - EXPIRY_MS
  }

  /** @returns false if there is one of that number */
  add(entry: Entry): boolean {
    const { log, sequence, body } = entry
    const first = log.entries.get(sequence)
    if (first === undefined) log.entries.set(sequence, entry)
    else first.hasTwin = true
    this.#seen.set(entry.key, entry)
    this.#order.push(entry)
    if (body !== undefined) {
      this.#kept.push(entry)
      this.#keptBytes += body.length
    }
    this.trim(entry.at)
    return first === undefined
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
      // Who has it matters no more: neighbours that are gone must not be kept by it.
      oldest.holders.length = 0
      this.#kept.shift()
    }
    for (;;) {
      const { first: oldest, length } = this.#order
      if (oldest === undefined) break
      if (length <= seenLimit && now - oldest.at < replayMs + EXPIRY_MS + SLACK_MS) break
      this.#order.shift()
      const { key, log, sequence } = oldest
      this.#seen.delete(key)
      log.floor = Math.max(log.floor, sequence)
      if (log.entries.get(sequence) === oldest) log.entries.delete(sequence)
    }
  }
}
