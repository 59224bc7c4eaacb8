import type { ByteReader } from '@pigeon/transport'
import type { Core } from './core.ts'
import { sample } from './dice.ts'
import { bucketOf, decodeDigest, encodeDigest, hashBuckets, isWithin } from './digest.ts'
import { MAX_IDS, News } from './id-frames.ts'
import type { Neighbour } from './neighbour.ts'

/** How often a neighbour is compared with, and how often after something broke, ms. */
const CALM_MS = 30_000
const DAMAGED_MS = 5000

/** What was sent so short ago may still be on its way, ms. */
const UNDER_WAY_MS = 2000

/** After a list that did not hold all the next one is asked for in, ms. */
const MORE_MS = 1000

/**
 * Finds out what this peer and a neighbour miss of each other's: hashes over buckets of messages,
 * then the names of those in buckets that differ, then the messages.
 * @see Demers et al. 1987, "Epidemic algorithms for replicated database maintenance", §1.3
 */
export class Summaries {
  readonly #core: Core
  #comparedAt: number

  constructor(core: Core) {
    this.#core = core
    this.#comparedAt = core.now()
    this.#tick()
  }

  /** Both sides of a new link tell what they have. */
  up(link: Neighbour): void {
    this.#send(link, true, 0)
  }

  /** A neighbour has more than it could list. */
  askAgain(link: Neighbour): void {
    this.#core.timers.set(link, MORE_MS, () => this.#send(link, false, 0))
  }

  /** @throws WireError if it is no digest */
  received(link: Neighbour, reader: ByteReader): void {
    const { memory, links, spreader, now } = this.#core
    const { answer, from, to, hashes } = decodeDigest(reader)
    if (!link.digests.take(1, now())) return
    const stretch = { from, to }
    const mine = hashBuckets(memory.kept, stretch)
    const unlike = new Set([...mine.keys()].filter((bucket) => mine[bucket] !== hashes[bucket]))
    if (unlike.size === 0) return
    const wanted = [...memory.kept].filter(
      (entry) => unlike.has(bucketOf(entry)) && isWithin(entry, stretch),
    )
    const more = wanted.length > MAX_IDS ? News.more : 0
    spreader.list(link, wanted.slice(0, MAX_IDS), News.urgent | more)
    if (!answer) links.send(link, encodeDigest({ answer: true, from, to, hashes: mine }))
  }

  #tick(): void {
    const { timers, links, memory, puller, options, now } = this.#core
    timers.set(this, DAMAGED_MS, () => this.#tick())
    memory.trim(now())
    puller.check()
    if (!links.damaged && now() - this.#comparedAt < CALM_MS) return
    this.#comparedAt = now()
    const [link] = sample([...links.list], 1, options.random)
    if (link !== undefined) this.#send(link, false, UNDER_WAY_MS)
  }

  #send(link: Neighbour, answer: boolean, marginMs: number): void {
    const { links, memory, limits, networkNow } = this.#core
    const to = Math.max(0, Math.floor(networkNow()) + 1 - marginMs)
    const from = Math.max(0, to - limits.replayMs)
    const hashes = hashBuckets(memory.kept, { from, to })
    links.send(link, encodeDigest({ answer, from, to, hashes }))
  }
}
