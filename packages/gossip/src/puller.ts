import type { Clock } from '@pigeon/transport'
import { encodePull, MAX_IDS } from './id-frames.ts'
import type { Links } from './links.ts'
import type { Neighbour } from './neighbour.ts'
import type { Limits } from './options.ts'
import type { Timers } from './timers.ts'

/** A message is asked for when it is late by so many times what the slowest link takes. */
const PATIENCE_HOPS = 3

/** Bounds of that wait, ms. */
const PATIENCE_MIN_MS = 150
const PATIENCE_MAX_MS = 1000

/** Neighbours remembered that have a missing message. */
const MAX_HOLDERS = 8

/** A message this peer heard of and does not have. */
interface Missing {
  readonly digest: Uint8Array
  /** Those that announced it and were not asked yet. */
  readonly holders: Neighbour[]
  /** Who heads the count of what it announced. */
  readonly first: Neighbour
  dueAt: number
  /** Whether it will not come by itself. */
  urgent: boolean
  /** Who was asked last. */
  asked: Neighbour | undefined
}

/** What a {@link Puller} tells. */
export interface PullerEvents {
  /** A message did not come in time by itself. */
  overdue(): void
  /** A neighbour announced a message and did not send it. */
  broken(link: Neighbour): void
}

/** Asks for messages that were announced and did not come, from one neighbour after the other. */
export class Puller {
  readonly #clock: Clock
  readonly #links: Links
  readonly #limits: Limits
  readonly #timers: Timers
  readonly #events: PullerEvents
  readonly #missing = new Map<string, Missing>()
  #wakeAt = Number.POSITIVE_INFINITY

  constructor(clock: Clock, links: Links, limits: Limits, timers: Timers, events: PullerEvents) {
    this.#clock = clock
    this.#links = links
    this.#limits = limits
    this.#timers = timers
    this.#events = events
  }

  /** Messages heard of and not received. */
  get size(): number {
    return this.#missing.size
  }

  /** @param urgent it will not come by itself */
  announced(link: Neighbour, key: string, digest: Uint8Array, urgent: boolean): void {
    const now = this.#clock.now()
    const dueAt = urgent ? now : now + this.#patienceMs
    const known = this.#missing.get(key)
    if (known === undefined) {
      if (link.announced >= this.#limits.missingLimit) return
      link.announced++
      const holders = [link]
      this.#missing.set(key, { digest, holders, first: link, dueAt, urgent, asked: undefined })
    } else {
      if (known.holders.length < MAX_HOLDERS && known.asked !== link) {
        if (!known.holders.includes(link)) known.holders.push(link)
      }
      if (!urgent || known.asked !== undefined) return
      known.urgent = true
      known.dueAt = dueAt
    }
    this.#wake(dueAt)
  }

  /** It came. @returns the neighbours that announced it */
  arrived(key: string): readonly Neighbour[] {
    const missing = this.#missing.get(key)
    if (missing === undefined) return []
    this.#forget(key, missing)
    const { asked } = missing
    return asked === undefined ? missing.holders : [...missing.holders, asked]
  }

  /** A neighbour sent what it was asked for. */
  answered(link: Neighbour): void {
    link.answeredAt = this.#clock.now()
  }

  get #patienceMs(): number {
    const wait = PATIENCE_HOPS * this.#links.slowestMs
    return Math.min(PATIENCE_MAX_MS, Math.max(PATIENCE_MIN_MS, wait))
  }

  #wake(at: number): void {
    if (at >= this.#wakeAt) return
    this.#wakeAt = at
    this.#timers.set(this, at - this.#clock.now(), () => this.#pull())
  }

  #pull(): void {
    this.#wakeAt = Number.POSITIVE_INFINITY
    const now = this.#clock.now()
    const patience = this.#patienceMs
    const wanted = new Map<Neighbour, Uint8Array[]>()
    let next = Number.POSITIVE_INFINITY
    for (const [key, missing] of this.#missing) {
      const { asked } = missing
      // Who is still sending what it was asked for gets more time.
      if (asked !== undefined && this.#links.has(asked)) {
        missing.dueAt = Math.max(missing.dueAt, asked.answeredAt + patience)
      }
      if (missing.dueAt <= now) this.#askFor(key, missing, wanted, now + patience)
      next = Math.min(next, missing.dueAt)
    }
    for (const [link, digests] of wanted) this.#links.send(link, encodePull(digests))
    if (this.#missing.size > 0) this.#wake(Math.max(next, now + 10))
  }

  #askFor(
    key: string,
    missing: Missing,
    wanted: Map<Neighbour, Uint8Array[]>,
    dueAt: number,
  ): void {
    const { asked, holders, digest, urgent } = missing
    if (asked === undefined) {
      if (!urgent) this.#events.overdue()
    } else if (this.#links.has(asked)) {
      asked.asked--
      missing.asked = undefined
      this.#events.broken(asked)
    }
    while (holders.length > 0 && !this.#links.has(holders[0] as Neighbour)) holders.shift()
    const [next] = holders
    if (next === undefined) {
      missing.asked = undefined
      this.#forget(key, missing)
      return
    }
    missing.dueAt = dueAt
    if (next.asked >= MAX_IDS) return
    holders.shift()
    next.asked++
    missing.asked = next
    const digests = wanted.get(next)
    if (digests === undefined) wanted.set(next, [digest])
    else digests.push(digest)
  }

  #forget(key: string, { first, asked }: Missing): void {
    this.#missing.delete(key)
    first.announced--
    if (asked !== undefined) asked.asked--
  }
}
