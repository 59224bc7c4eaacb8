import type { ByteReader, Random } from '@pigeon/transport'
import { sample } from './dice.ts'
import { decodeDigest, digestOf, encodeDigest } from './digest.ts'
import { encodeIhave, MAX_IDS } from './id-frames.ts'
import type { Links } from './links.ts'
import type { Memory } from './memory.ts'
import type { Neighbour } from './neighbour.ts'
import type { NetworkTime } from './network-time.ts'
import type { Limits } from './options.ts'
import type { Timers } from './timers.ts'

/** How often a neighbour is compared with, and how often after something broke, ms. */
const CALM_MS = 30_000
const DAMAGED_MS = 5000

/** What was sent so short ago may still be on its way, ms. */
const UNDER_WAY_MS = 2000

/** After a list that did not hold all the next one is asked for in, ms. */
const MORE_MS = 1000

/** What {@link Summaries} go by. */
export interface SummariesOptions {
  readonly links: Links
  readonly limits: Limits
  readonly memory: Memory
  readonly timers: Timers
  readonly random: Random
  readonly time: NetworkTime
  readonly now: () => number
}

/**
 * Finds out what this peer and a neighbour miss of each other's: hashes over buckets of messages,
 * then the names of those in buckets that differ, then the messages.
 * @see Demers et al. 1987, "Epidemic algorithms for replicated database maintenance", §1.3
 */
export class Summaries {
  readonly #options: SummariesOptions
  #comparedAt: number

  constructor(options: SummariesOptions) {
    this.#options = options
    this.#comparedAt = options.now()
    this.#tick()
  }

  /** Both sides of a new link tell what they have. */
  up(link: Neighbour): void {
    this.#send(link, true, 0)
  }

  /** A neighbour has more than it could list. */
  askAgain(link: Neighbour): void {
    this.#options.timers.set(link, MORE_MS, () => this.#send(link, false, 0))
  }

  /** @throws WireError if it is no digest */
  received(link: Neighbour, reader: ByteReader): void {
    const { memory, links, now } = this.#options
    const { answer, from, to, hashes } = decodeDigest(reader)
    if (!link.digests.take(1, now())) return
    const kept = [...memory.kept]
    const mine = digestOf(kept, from, to)
    const differs = mine.map((hash, bucket) => (hash === hashes[bucket] ? 0 : 1))
    if (!differs.includes(1)) return
    const wanted = kept.filter(
      ({ digest, timestamp }) =>
        differs[digest[0] as number] === 1 && timestamp >= from && timestamp < to,
    )
    if (wanted.length > 0) {
      const more = wanted.length > MAX_IDS
      links.send(link, encodeIhave(wanted, { urgent: true, more }))
    }
    if (!answer) links.send(link, encodeDigest({ answer: true, from, to, hashes: mine }))
  }

  #tick(): void {
    const { timers, links, memory, random, now } = this.#options
    timers.set(this, DAMAGED_MS, () => this.#tick())
    memory.trim(now())
    if (!links.damaged && now() - this.#comparedAt < CALM_MS) return
    this.#comparedAt = now()
    const [link] = sample([...links.list], 1, random)
    if (link !== undefined) this.#send(link, false, UNDER_WAY_MS)
  }

  #send(link: Neighbour, answer: boolean, marginMs: number): void {
    const { links, memory, limits, time } = this.#options
    if (!links.has(link)) return
    const to = Math.max(0, Math.ceil(time.now()) - marginMs)
    const from = Math.max(0, to - limits.replayMs)
    const hashes = digestOf(memory.kept, from, to)
    links.send(link, encodeDigest({ answer, from, to, hashes }))
  }
}
