import type { Random } from '@pigeon/transport'
import { BUDGET_PARTS, type Copy, encodeData } from './data-frame.ts'
import { sample } from './dice.ts'
import type { Entry } from './entry.ts'
import { encodeIhave, MAX_IDS } from './id-frames.ts'
import { DAMAGE_MS, type Links } from './links.ts'
import type { Neighbour } from './neighbour.ts'
import type { Limits } from './options.ts'
import type { Timers } from './timers.ts'

/** Announcements wait so long for others to the same neighbour, ms. */
const BATCH_MS = 50

/** Links beside the tree that are told while something is broken. */
const DAMAGED_LINKS = 8

/** A message that may go no further than this is about who is near: it goes over all links. */
const NEAR_TTL = 3

/** What a {@link Spreader} goes by. */
export interface SpreaderOptions {
  readonly links: Links
  readonly limits: Limits
  readonly timers: Timers
  readonly random: Random
  readonly now: () => number
  /** Whether whole messages go over that link. */
  readonly isEager: (link: Neighbour) => boolean
  /** Whether each message goes over one link more. */
  readonly low: boolean
}

/** Passes messages on: whole to some neighbours, by name to a few others. */
export class Spreader {
  readonly #options: SpreaderOptions
  #fresh: Entry[] = []

  constructor(options: SpreaderOptions) {
    this.#options = options
  }

  /**
   * Passes a message on to those that do not have it.
   * @param budget early copies that may be sent, in parts
   * @returns those it was pushed to
   */
  spread(entry: Entry, budget: number): readonly Neighbour[] {
    const { links, timers, isEager, random, low } = this.#options
    const { body, holders } = entry
    if (body === undefined || entry.hops >= entry.ttl) return []
    if (!timers.has(this)) timers.set(this, BATCH_MS, () => this.#announce())
    if (this.#fresh.push(entry) >= MAX_IDS) this.#announce()
    if (entry.late) return []
    const eager: Neighbour[] = []
    const lazy: Neighbour[] = []
    for (const link of links.list) {
      if (holders.includes(link)) continue
      if (entry.ttl <= NEAR_TTL || isEager(link)) eager.push(link)
      else lazy.push(link)
    }
    const early = Math.floor(budget / BUDGET_PARTS)
    const extra = sample(lazy, Math.max(early, low ? 1 : 0), random)
    const left = Math.max(0, budget - extra.length * BUDGET_PARTS)
    const share = Math.floor(left / Math.max(1, eager.length + extra.length))
    this.#push(entry, body, eager, { budget: share })
    this.#push(entry, body, extra, { budget: share, extra: true })
    holders.push(...extra)
    return [...eager, ...extra]
  }

  /** Tells one neighbour now what it is to be told of. */
  tell(link: Neighbour): void {
    const { links, now } = this.#options
    if (link.congested || link.news.length === 0) return
    const news = link.news.filter(({ body, holders }) => body && !holders.includes(link))
    link.news = []
    link.toldAt = now()
    for (const urgent of [true, false]) {
      const named = news.filter(({ late }) => late === urgent)
      for (let at = 0; at < named.length; at += MAX_IDS) {
        links.send(link, encodeIhave(named.slice(at, at + MAX_IDS), { urgent }))
      }
    }
  }

  #push(entry: Entry, body: Uint8Array, to: readonly Neighbour[], copy: Copy): void {
    if (to.length === 0) return
    const frame = encodeData(entry, body, copy)
    for (const link of to) this.#options.links.push(link, entry, copy, frame)
  }

  #announce(): void {
    const { links, limits, now, isEager } = this.#options
    const fresh = this.#fresh
    this.#fresh = []
    const most = links.damaged ? Math.max(DAMAGED_LINKS, limits.lazyLinks) : limits.lazyLinks
    const lazy = links.list.filter((link) => !isEager(link)).sort((a, b) => a.toldAt - b.toldAt)
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
