import type { Core } from './core.ts'
import { encodePull, MAX_IDS } from './id-frames.ts'
import type { Neighbour } from './neighbour.ts'

/** A message is asked for when it is late by so many times what the slowest link takes. */
const PATIENCE_HOPS = 3

/** Bounds of that wait, ms. */
const PATIENCE_MIN_MS = 150
const PATIENCE_MAX_MS = 1000

/** A neighbour gets so much more time for each message it was asked for, ms. */
const PATIENCE_EACH_MS = 20

/** Who did not send by then what it was asked for, and announced, has broken its word, ms. */
const PROMISE_MS = 10_000

/** What is due within this time is asked for together, ms. */
const TOGETHER_MS = 10

/** Neighbours remembered that have a missing message. */
const MAX_HOLDERS = 8

/** A message this peer heard of and does not have. */
interface Missing {
  /** Those that announced it and were not asked yet. */
  readonly holders: Neighbour[]
  /** Whose count of announcements it is in. */
  readonly first: Neighbour
  dueAt: number
  /** Whether it will not come by itself, or somebody was asked for it. */
  urgent: boolean
  /** Who was asked last. */
  asked: Neighbour | undefined
}

/** Asks for messages that were announced and did not come, from one neighbour after the other. */
export class Puller {
  readonly #core: Core
  readonly #missing = new Map<string, Missing>()
  #wakeAt = Number.POSITIVE_INFINITY

  constructor(core: Core) {
    this.#core = core
  }

  /** Messages heard of and not received. */
  get size(): number {
    return this.#missing.size
  }

  /** @param urgent it will not come by itself */
  announced(link: Neighbour, key: string, urgent: boolean): void {
    const known = this.#missing.get(key)
    const dueAt = this.#core.now() + (urgent ? 0 : this.#patienceMs)
    if (known === undefined) {
      if (link.announced >= this.#core.limits.missingLimit) return
      link.announced++
      this.#missing.set(key, { holders: [link], first: link, dueAt, urgent, asked: undefined })
    } else {
      const { holders, asked } = known
      const isNew = asked !== link && !holders.includes(link)
      if (isNew && holders.length < MAX_HOLDERS) holders.push(link)
      if (!urgent || asked !== undefined) return
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
    const { asked, holders } = missing
    return asked === undefined ? holders : [...holders, asked]
  }

  /** A neighbour sent what it was asked for. */
  kept(link: Neighbour, key: string): void {
    link.promises.delete(key)
    link.keptAt = this.#core.now()
  }

  /** Looks who broke its word. */
  check(): void {
    const { links, now, blame } = this.#core
    for (const link of links.list) {
      for (const [key, askedAt] of link.promises) {
        if (now() - askedAt < PROMISE_MS) break
        link.promises.delete(key)
        blame(link, 'broken')
      }
    }
  }

  get #patienceMs(): number {
    const wait = PATIENCE_HOPS * this.#core.links.slowestMs
    return Math.min(PATIENCE_MAX_MS, Math.max(PATIENCE_MIN_MS, wait))
  }

  #wake(at: number): void {
    if (at >= this.#wakeAt) return
    this.#wakeAt = at
    this.#core.timers.set(this, at - this.#core.now(), () => this.#pull())
  }

  #pull(): void {
    const { links, now } = this.#core
    this.#wakeAt = Number.POSITIVE_INFINITY
    const patience = this.#patienceMs
    const wanted = new Map<Neighbour, string[]>()
    let next = Number.POSITIVE_INFINITY
    for (const [key, missing] of this.#missing) {
      const { asked } = missing
      // Who is still sending what it was asked for gets more time.
      if (asked) missing.dueAt = Math.max(missing.dueAt, asked.keptAt + patience)
      if (missing.dueAt <= now()) {
        const holder = this.#choose(key, missing)
        missing.dueAt = now() + patience
        if (holder !== undefined) {
          const keys = wanted.get(holder)
          if (keys === undefined) wanted.set(holder, [key])
          else keys.push(key)
          missing.dueAt += holder.promises.size * PATIENCE_EACH_MS
        }
      }
      next = Math.min(next, missing.dueAt)
    }
    for (const [link, keys] of wanted) links.send(link, encodePull(keys))
    if (this.#missing.size > 0) this.#wake(Math.max(next, now() + TOGETHER_MS))
  }

  /** @returns whom to ask now, if anybody */
  #choose(key: string, missing: Missing): Neighbour | undefined {
    const { links, tree, now } = this.#core
    const { holders, urgent } = missing
    if (!urgent) {
      missing.urgent = true
      links.damage()
      tree.missed()
    }
    while (holders[0] !== undefined && !links.has(holders[0])) holders.shift()
    const [next] = holders
    if (next === undefined) this.#forget(key, missing)
    if (next === undefined || next.promises.size >= MAX_IDS) return undefined
    holders.shift()
    next.promises.set(key, now())
    missing.asked = next
    return next
  }

  #forget(key: string, { first }: Missing): void {
    this.#missing.delete(key)
    first.announced--
  }
}
