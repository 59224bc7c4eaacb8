import type { Core } from './core.ts'
import { BUDGET_PARTS, Copy, encodeData } from './data-frame.ts'
import { sample } from './dice.ts'
import type { Entry } from './entry.ts'
import { encodeIhave, MAX_IDS, News } from './id-frames.ts'
import { DAMAGE_MS } from './links.ts'
import type { Neighbour } from './neighbour.ts'

/** Announcements wait so long for others to the same neighbour, ms. */
const BATCH_MS = 50

/** Links beside the tree that are told while something is broken. */
const DAMAGED_LINKS = 8

/** A message that may go no further than this is about who is near: it goes over all links. */
const NEAR_TTL = 3

/** A parent that was lost is noticed so late at most, ms. */
const LATELY_MS = 3000

/** Passes messages on: whole to some neighbours, by name to a few others. */
export class Spreader {
  readonly #core: Core
  #fresh: Entry[] = []

  constructor(core: Core) {
    this.#core = core
  }

  /**
   * Passes a message on to those that do not have it.
   * @param budget early copies that may be sent, in parts
   * @param wasPulled whether it had to be asked for: the parent may have done the same
   * @returns those it was pushed to
   */
  spread(entry: Entry, budget: number, wasPulled: boolean): readonly Neighbour[] {
    const { links, timers, tree, options } = this.#core
    const { body, holders, ttl } = entry
    if (body === undefined || !entry.mayGoOn) return []
    if (this.#fresh.push(entry) === 1) timers.set(this, BATCH_MS, () => this.#announce())
    else if (this.#fresh.length === MAX_IDS) this.#announce()
    if (entry.late) return []
    const eager: Neighbour[] = []
    const lazy: Neighbour[] = []
    for (const link of links.list) {
      if (holders.includes(link)) continue
      if (!tree.isEager(link) && ttl > NEAR_TTL) lazy.push(link)
      else if (wasPulled && !link.child) this.list(link, [entry], News.urgent)
      else eager.push(link)
    }
    const early = Math.max(Math.floor(budget / BUDGET_PARTS), options.latency === 'low' ? 1 : 0)
    const extra = sample(lazy, early, options.random)
    const left = Math.max(0, budget - extra.length * BUDGET_PARTS)
    const share = Math.floor(left / Math.max(1, eager.length + extra.length))
    this.#push(entry, body, eager, 0, share)
    this.#push(entry, body, extra, Copy.extra, share)
    holders.push(...extra)
    return [...eager, ...extra]
  }

  /** Tells one neighbour now what it is to be told of. */
  tell(link: Neighbour): void {
    const { news } = link
    if (link.congested || news.length === 0) return
    link.news = []
    link.toldAt = this.#core.now()
    const unknown = news.filter((entry) => entry.mayGoOn && !entry.holders.includes(link))
    for (const flags of [News.urgent, 0]) {
      this.list(
        link,
        unknown.filter(({ late }) => late === flags > 0),
        flags,
      )
    }
  }

  /** Tells a new child that had no parent of what came meanwhile. */
  tellLately(link: Neighbour): void {
    const { memory, now } = this.#core
    const lately = [...memory.kept].filter(({ at }) => now() - at < LATELY_MS)
    this.list(link, lately, News.urgent)
  }

  /** Names messages to one neighbour. */
  list(link: Neighbour, entries: readonly Entry[], flags: number): void {
    for (let at = 0; at < entries.length; at += MAX_IDS) {
      this.#core.links.send(link, encodeIhave(entries.slice(at, at + MAX_IDS), flags))
    }
  }

  #push(
    entry: Entry,
    body: Uint8Array,
    to: readonly Neighbour[],
    flags: number,
    budget: number,
  ): void {
    if (to.length === 0) return
    const frame = encodeData(entry, body, flags, budget)
    for (const link of to) this.#core.links.push(link, entry, flags, frame)
  }

  #announce(): void {
    const { links, limits, tree, now } = this.#core
    const fresh = this.#fresh
    this.#fresh = []
    const most = links.damaged ? Math.max(DAMAGED_LINKS, limits.lazyLinks) : limits.lazyLinks
    const lazy = links.list
      .filter((link) => !tree.isEager(link))
      .sort((a, b) => a.toldAt - b.toldAt)
    const young = now() - DAMAGE_MS
    for (const entry of fresh) {
      let told = 0
      for (const link of entry.late ? links.list : lazy) {
        if (entry.holders.includes(link)) continue
        if (told++ < most || entry.late || link.upAt > young) links.announce(link, entry)
      }
    }
    for (const link of links.list) this.tell(link)
  }
}
