import { type PeerId, RoutingTable } from '@pigeon/xor'
import { CARD_VALID_MS, type Card, UNKNOWN_FREE } from './cards.ts'
import { forgetOldest } from './oldest.ts'

/** How long a peer that did not answer is left alone at first, doubling each time, ms. */
const QUARANTINE_MS = 3000

/** The longest quarantine, ms. */
const MAX_QUARANTINE_MS = 480_000

/** A peer that failed so often in a row is dead until it says otherwise. */
const MAX_FAILURES = 3

/** So many neighbours must call a peer dead. */
const REPORTERS = 2

/** Peers that may be banned at once; of more, those banned last. */
const MAX_BANNED = 10_000

/** A card may look this much younger than it is: rounding, and the time on the way, ms. */
const CARD_SLACK_MS = 1000

/** Where a contact was learned. */
export interface Source {
  /** Who told. */
  readonly teller: PeerId | 'hub'
  /** The way to the teller, itself last; none to a neighbour's own way. */
  readonly way?: readonly PeerId[] | undefined
}

/** A peer of the network. */
export interface Contact {
  readonly id: PeerId
  /** When it last said itself that it is there, by this clock, ms. */
  readonly issuedAt: number
  readonly free: number
  readonly source: Source
}

/** Failed attempts at a contact since the last link. */
interface Trouble {
  failures: number
  until: number
}

/**
 * The peers known to be in the network, and which of them are worth a try.
 *
 * Invariants: `table` holds exactly the contacts that are not in quarantine; a contact that is
 * dead comes back only by a card that is younger than its death; at most `limit` contacts, and
 * as many deaths.
 */
export class Contacts {
  /** Contacts that may be tried. */
  readonly table: RoutingTable
  readonly #limit: number
  /** Oldest news first. */
  readonly #contacts = new Map<PeerId, Contact>()
  readonly #trouble = new Map<PeerId, Trouble>()
  /** When each dead peer died, oldest first. */
  readonly #deaths = new Map<PeerId, number>()
  readonly #reporters = new Map<PeerId, Set<PeerId>>()
  /** Oldest first. */
  readonly #banned = new Set<PeerId>()

  constructor(self: PeerId, limit: number) {
    this.table = new RoutingTable(self)
    this.#limit = limit
  }

  get ids(): ReadonlySet<PeerId> {
    return new Set(this.#contacts.keys())
  }

  has(peer: PeerId): boolean {
    return this.#contacts.has(peer)
  }

  /** Has nothing to do with a peer any more. */
  ban(peer: PeerId): void {
    this.#forget(peer)
    this.#banned.delete(peer)
    this.#banned.add(peer)
    forgetOldest(this.#banned, MAX_BANNED)
  }

  unban(peer: PeerId): void {
    this.#banned.delete(peer)
  }

  isBanned(peer: PeerId): boolean {
    return this.#banned.has(peer)
  }

  get(peer: PeerId): Contact | undefined {
    return this.#contacts.get(peer)
  }

  /** The neighbour that told of a peer, if it was one. */
  tellerOf(peer: PeerId): PeerId | undefined {
    const teller = this.#contacts.get(peer)?.source.teller
    return teller === 'hub' ? undefined : teller
  }

  /** Deaths that neighbours should hear of, the latest first. */
  recentDeaths(now: number, limit: number): Card[] {
    const recent: Card[] = []
    for (const [id, at] of [...this.#deaths].slice(-limit)) {
      if (now - at < CARD_VALID_MS) recent.push({ id, ageMs: now - at, free: 0 })
    }
    return recent
  }

  /**
   * Takes a card, unless it is too old, or older than what is known already.
   * @returns whether the peer was not known before
   */
  learn(card: Card, source: Source, now: number): boolean {
    const { id, ageMs, free } = card
    const issuedAt = now - ageMs
    if (id === this.table.self || ageMs >= CARD_VALID_MS || this.#banned.has(id)) return false
    const diedAt = this.#deaths.get(id)
    if (diedAt !== undefined) {
      if (issuedAt <= diedAt + CARD_SLACK_MS) return false
      this.#deaths.delete(id)
      this.#trouble.delete(id)
    }
    const known = this.#contacts.get(id)
    if (known !== undefined) {
      if (issuedAt <= known.issuedAt) return false
      this.#contacts.delete(id)
      // A way over links beats none.
      const better = source.teller === 'hub' ? known.source : source
      this.#contacts.set(id, { id, issuedAt, free: knownFree(free, known), source: better })
      return false
    }
    this.#contacts.set(id, { id, issuedAt, free, source })
    if (!this.#trouble.has(id)) this.table.add(id)
    this.#trim()
    return true
  }

  /** A peer is there, for all that the hub or itself says. @returns whether it was not known before */
  mentioned(id: PeerId, now: number): boolean {
    return this.learn({ id, ageMs: 0, free: UNKNOWN_FREE }, { teller: 'hub' }, now)
  }

  /** It spoke to this side: that it did not answer before is over. */
  spoke(id: PeerId, now: number): void {
    this.mentioned(id, now)
    if (this.#contacts.has(id) && this.#trouble.delete(id)) this.table.add(id)
  }

  /** It refused a link: it has no room until it says otherwise. */
  refused(peer: PeerId): void {
    const known = this.#contacts.get(peer)
    if (known !== undefined) this.#contacts.set(peer, { ...known, free: 0 })
  }

  /** There is a link: whatever was held against the peer is over. */
  linked(peer: PeerId, now: number): void {
    this.#deaths.delete(peer)
    this.#trouble.delete(peer)
    this.#reporters.delete(peer)
    const source = this.#contacts.get(peer)?.source ?? { teller: peer }
    const free = this.#contacts.get(peer)?.free ?? UNKNOWN_FREE
    this.#contacts.delete(peer)
    this.#contacts.set(peer, { id: peer, issuedAt: now, free, source })
    this.table.add(peer)
    this.#trim()
  }

  /** It said goodbye, or this side lost it: it is dead unless it has said something since. */
  died(peer: PeerId, now: number): void {
    if (peer === this.table.self) return
    this.#forget(peer)
    this.#deaths.delete(peer)
    this.#deaths.set(peer, now)
    forgetOldest(this.#deaths, this.#limit)
  }

  /** A neighbour says that a peer died then: a second one is believed. @returns whether it is dead now */
  reported(peer: PeerId, reporter: PeerId, diedAt: number): boolean {
    const contact = this.#contacts.get(peer)
    if (contact === undefined || contact.issuedAt > diedAt) return false
    const reporters = this.#reporters.get(peer) ?? new Set()
    reporters.add(reporter)
    this.#reporters.set(peer, reporters)
    if (reporters.size < REPORTERS) return false
    this.died(peer, diedAt)
    return true
  }

  /** It did not answer, or cannot be reached: leaves it alone for a while, or for good. */
  unanswered(peer: PeerId, now: number, firstMs: number = QUARANTINE_MS): void {
    if (!this.#contacts.has(peer)) return
    const failures = this.failures(peer) + 1
    if (failures >= MAX_FAILURES) {
      this.died(peer, now)
      return
    }
    const wait = Math.min(firstMs * 2 ** (failures - 1), MAX_QUARANTINE_MS)
    this.#trouble.set(peer, { failures, until: now + wait })
    this.table.delete(peer)
  }

  /** Failed attempts since the last link. */
  failures(peer: PeerId): number {
    return this.#trouble.get(peer)?.failures ?? 0
  }

  /** Lets all be tried at once, since what kept them from being reached is over. */
  forgive(): void {
    for (const [peer, trouble] of this.#trouble) {
      trouble.until = 0
      if (this.#contacts.has(peer)) this.table.add(peer)
    }
  }

  /** Ends quarantines that are over. */
  release(now: number): void {
    for (const [peer, { until }] of this.#trouble) {
      if (until > now) continue
      if (this.#contacts.has(peer)) this.table.add(peer)
      else this.#trouble.delete(peer)
    }
  }

  /** Drops cards that are too old, but for those of `keep`. */
  sweep(now: number, keep: ReadonlySet<PeerId>): void {
    for (const [peer, { issuedAt }] of this.#contacts) {
      if (now - issuedAt >= CARD_VALID_MS && !keep.has(peer)) this.#forget(peer)
    }
  }

  #forget(peer: PeerId): void {
    this.#contacts.delete(peer)
    this.#trouble.delete(peer)
    this.#reporters.delete(peer)
    this.table.delete(peer)
  }

  #trim(): void {
    if (this.#contacts.size <= this.#limit) return
    // Ring neighbours and links are renewed all the time, so they are not the oldest.
    const [oldest] = this.#contacts.keys()
    if (oldest !== undefined) this.#forget(oldest)
  }
}

function knownFree(free: number, { free: before }: Contact): number {
  return free === UNKNOWN_FREE ? before : free
}
