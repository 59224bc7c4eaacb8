import type { Clock, Random } from '@pigeon/transport'
import { isBetween, nextOnEitherSide, type PeerId, RING_SPAN } from '@pigeon/xor'
import { Alarms } from './alarms.ts'
import { type Card, MAX_CARDS } from './cards.ts'
import type { Contacts } from './contacts.ts'
import { decodeAsker, decodeFound, encodeAsker, encodeFound, FIND_SERVICE } from './finds.ts'
import type { NeighbourFrame } from './neighbour-frames.ts'
import type { Neighbourhood } from './neighbourhood.ts'
import type { Router } from './router.ts'
import type { Routed } from './router-options.ts'
import { anyOf, uniform } from './uniform.ts'

/** News of who is next to this peer is passed on after this, ms. */
const SWAP_SOON_MS = 250

/** After a change the ring counts as calm again once nothing changed for this long, ms. */
const CALM_MS = 5000

/** What is found within this after the first change still counts as found while all was calm, ms. */
const SURPRISE_MS = 3000

/** Ring neighbours tell each other what they know this often while all is calm, ms. */
const CALM_SWAP_MS = 15_000

/** A search through a link at random this often while all is calm, ms. */
const CALM_FIND_MS = 30_000

/** So many unknown ids next to this peer mean that two networks have met. */
const ALARMING = 2

/** What a {@link RingKeeper} goes by. */
export interface RingKeeperOptions {
  readonly self: PeerId
  readonly clock: Clock
  readonly random: Random
  readonly contacts: Contacts
  readonly neighbourhood: Neighbourhood
  readonly router: Router
  /** Links there is room for. */
  readonly free: () => number
  /** Whether somebody nearer is known than is linked. */
  readonly isIncomplete: () => boolean
  /** Cards came. */
  readonly learned: (cards: readonly Card[], teller: PeerId, way?: readonly PeerId[]) => void
}

/**
 * Keeps the ring whole: swaps the next four ids on either side with ring neighbours, searches its
 * own place through other links, and raises an alarm when two networks meet.
 *
 * @see Stoica et al. 2001 (Chord), §4.4; Rowstron & Druschel 2001 (Pastry), §2.5
 */
export class RingKeeper {
  readonly #options: RingKeeperOptions
  readonly #alarms: Alarms
  #changedAt: number
  #linksChangedAt: number
  /** When the links to the next ones on the ring last changed after a calm time. */
  #calmEndedAt = Number.NEGATIVE_INFINITY
  #cancelSwap: (() => void) | undefined
  #swapAt = 0
  #findAt = 0
  #around = ''
  #links = ''

  constructor(options: RingKeeperOptions) {
    this.#options = options
    this.#alarms = new Alarms(options)
    this.#changedAt = options.clock.now()
    this.#linksChangedAt = this.#changedAt
    options.router.serve(FIND_SERVICE, (message) => this.#asked(message))
  }

  /** Whether nothing changed next to this peer for a while, and nobody nearer is to be linked. */
  get isCalm(): boolean {
    return this.#options.clock.now() - this.#changedAt >= CALM_MS && !this.#options.isIncomplete()
  }

  stop(): void {
    this.#cancelSwap?.()
  }

  /** The cards of this peer's next four on either side. */
  fours(): Card[] {
    return this.#cardsAround(this.#options.self)
  }

  /** To be called every second. */
  tick(): void {
    const now = this.#options.clock.now()
    this.#noticeChange()
    const alarmed = this.#alarms.way !== undefined
    const busy = now - this.#changedAt < CALM_MS || this.#options.isIncomplete()
    if (busy || now >= this.#swapAt) this.#swap()
    if (busy || alarmed || now >= this.#findAt) this.#findAgain()
  }

  /** A link can be used. */
  linked(peer: PeerId): void {
    this.#noticeChange()
    if (this.#wasCalm) this.find([peer])
    if (this.#ringLinks().includes(peer)) this.#tellFours(peer, true)
  }

  /** A link ended. */
  unlinked(): void {
    this.#noticeChange()
  }

  /** What a neighbour said about the ring. */
  heard(from: PeerId, frame: NeighbourFrame & { kind: 'fours' | 'alarm' }): void {
    if (frame.kind === 'fours') {
      this.#options.learned(frame.cards, from)
      if (frame.ask) this.#tellFours(from, false)
      return
    }
    const onward = this.#alarms.heard(from, frame)
    if (onward !== undefined) this.#tellAll(onward, from)
  }

  /** Searches the ids next to this peer, through these peers first. */
  find(way: readonly PeerId[]): void {
    const { router, self } = this.#options
    const asker = encodeAsker([this.#ownCard(), ...this.fours()])
    router.search(
      self,
      FIND_SERVICE,
      asker,
      (result) => {
        const found = result.ok ? decodeFound(result.reply) : undefined
        if (found === undefined) this.#alarms.searched(true)
        else this.#found(found.cards, found.way)
      },
      { way, record: true },
    )
  }

  /** Searches the ids around `target`, for peers with room. */
  explore(target: PeerId, done: (cards: readonly Card[]) => void): void {
    const asker = encodeAsker([this.#ownCard()])
    const end = (reply: Uint8Array) => {
      const found = decodeFound(reply)
      const teller = found?.way.at(-1)
      if (found === undefined || teller === undefined) return
      this.#options.learned(found.cards, teller, found.way)
      done(found.cards)
    }
    this.#options.router.search(
      target,
      FIND_SERVICE,
      asker,
      (result) => {
        if (result.ok) end(result.reply)
      },
      { record: true },
    )
  }

  /** Whether all was calm until a moment ago: what is found now comes from elsewhere. */
  get #wasCalm(): boolean {
    const now = this.#options.clock.now()
    return now - this.#linksChangedAt >= CALM_MS || now - this.#calmEndedAt < SURPRISE_MS
  }

  #findAgain(): void {
    const { clock, random, neighbourhood } = this.#options
    // Not all at once.
    this.#findAt = clock.now() + CALM_FIND_MS * (0.75 + uniform(random, 1000) / 2000)
    const alarm = this.#alarms.way
    if (alarm !== undefined) {
      this.find(alarm)
      return
    }
    const all = [...neighbourhood.neighbours]
    const ring = this.#ringLinks()
    const others = all.filter((id) => !ring.includes(id))
    const via = anyOf(random, others.length > 0 ? others : all)
    if (via !== undefined) this.find([via])
  }

  #found(cards: readonly Card[], way: readonly PeerId[]): void {
    const { contacts, learned } = this.#options
    const wasCalm = this.#wasCalm
    const unknown = cards
      .filter(({ id }) => !contacts.has(id) && this.#isNear(id))
      .map(({ id }) => id)
    const teller = way.at(-1)
    if (teller !== undefined) learned(cards, teller, way)
    // Those that are dead are no news.
    const news = unknown.filter((id) => contacts.has(id))
    this.#alarms.searched(news.length === 0)
    if (wasCalm && news.length >= ALARMING && teller !== undefined) {
      const alarm = this.#alarms.raise(way)
      if (alarm !== undefined) this.#tellAll(alarm)
    }
    this.#noticeChange()
  }

  /** Whether an id lies within the next four on either side. */
  #isNear(id: PeerId): boolean {
    const { self, contacts } = this.#options
    const { successors, predecessors } = contacts.table.ring()
    const [last, first] = [successors[RING_SPAN - 1], predecessors[RING_SPAN - 1]]
    if (last === undefined || first === undefined) return true
    return isBetween(self, id, last) || isBetween(first, id, self)
  }

  /** A search ended here, or somebody asks along a way. */
  #asked({ from, payload, wayBack }: Routed): Uint8Array {
    const { self, learned, contacts } = this.#options
    const cards = this.#cardsAround(from)
    const theirs = decodeAsker(payload)
    const before = wayBack?.slice(0, -1) ?? []
    learned(
      theirs.filter(({ id }) => id === from),
      from,
      before,
    )
    learned(
      theirs.filter(({ id }) => id !== from),
      from,
      wayBack ?? [],
    )
    const way = wayBack === undefined ? [] : [...before].reverse().concat(self)
    if (contacts.has(from)) this.#noticeChange()
    return encodeFound({ way, cards })
  }

  #swap(): void {
    this.#cancelSwap?.()
    this.#cancelSwap = undefined
    this.#swapAt = this.#options.clock.now() + CALM_SWAP_MS
    for (const peer of this.#ringLinks()) this.#tellFours(peer, true)
  }

  #tellFours(peer: PeerId, ask: boolean): void {
    this.#options.neighbourhood.send(peer, { kind: 'fours', ask, cards: this.fours() })
  }

  #tellAll(alarm: NeighbourFrame & { kind: 'alarm' }, but?: PeerId): void {
    const { neighbourhood } = this.#options
    for (const peer of neighbourhood.neighbours) if (peer !== but) neighbourhood.send(peer, alarm)
  }

  #noticeChange(): void {
    const { self, contacts, neighbourhood } = this.#options
    const { successors, predecessors } = contacts.table.ring()
    const linked = nextOnEitherSide(self, neighbourhood.neighbours)
    const links = linked.join()
    const around = [...successors, '', ...predecessors, '', links].join()
    if (around === this.#around) return
    const now = this.#options.clock.now()
    this.#around = around
    this.#changedAt = now
    this.#cancelSwap ??= this.#options.clock.after(SWAP_SOON_MS, () => this.#swap())
    if (links === this.#links) return
    if (now - this.#linksChangedAt >= CALM_MS) this.#calmEndedAt = now
    this.#links = links
    this.#linksChangedAt = now
  }

  #ringLinks(): PeerId[] {
    return nextOnEitherSide(this.#options.self, this.#options.neighbourhood.neighbours)
  }

  #ownCard(): Card {
    return { id: this.#options.self, ageMs: 0, free: this.#options.free() }
  }

  #cardsAround(id: PeerId): Card[] {
    const { self, clock, contacts, neighbourhood } = this.#options
    const now = clock.now()
    const { successors, predecessors } = contacts.table.ring(RING_SPAN, id)
    const cards: Card[] = id === self ? [] : [this.#ownCard()]
    for (const near of new Set([...successors, ...predecessors])) {
      const contact = contacts.get(near)
      if (near === id || contact === undefined || cards.length === MAX_CARDS) continue
      if (neighbourhood.neighbours.has(near)) cards.push(neighbourhood.card(near))
      else cards.push({ id: near, ageMs: now - contact.issuedAt, free: contact.free })
    }
    return cards
  }
}
