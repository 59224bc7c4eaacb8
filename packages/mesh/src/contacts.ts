import { closest, type PeerId } from '@pigeon/xor'

/** The wait after a first failed attempt, doubling with each further one, ms. */
const RETRY_MS = 1000

/** The longest wait between two attempts, ms. */
const MAX_RETRY_MS = 60_000

/** A peer of the network that could be linked with. */
interface Contact {
  /** Attempts that failed since the last link. */
  attempts: number
  /** Not to be dialled before, by the clock. */
  retryAt: number
}

/** The peers known to be in the network, linked or not. */
export class Contacts {
  readonly #contacts = new Map<PeerId, Contact>()
  readonly #self: PeerId
  readonly #limit: number

  /** @param limit how many are kept; of more, those closest to `self` */
  constructor(self: PeerId, limit: number) {
    this.#self = self
    this.#limit = limit
  }

  get ids(): ReadonlySet<PeerId> {
    return new Set(this.#contacts.keys())
  }

  has(peer: PeerId): boolean {
    return this.#contacts.has(peer)
  }

  /** @returns whether it was not known before */
  add(peer: PeerId): boolean {
    if (peer === this.#self || this.#contacts.has(peer)) return false
    this.#contacts.set(peer, { attempts: 0, retryAt: 0 })
    if (this.#contacts.size > this.#limit) {
      const kept = new Set(closest(this.#self, this.#contacts.keys(), this.#limit))
      for (const id of this.#contacts.keys()) {
        if (!kept.has(id)) this.#contacts.delete(id)
      }
    }
    return this.#contacts.has(peer)
  }

  delete(peer: PeerId): void {
    this.#contacts.delete(peer)
  }

  /** Failed attempts since the last link with `peer`. */
  attempts(peer: PeerId): number {
    return this.#contacts.get(peer)?.attempts ?? 0
  }

  linked(peer: PeerId): void {
    this.add(peer)
    const contact = this.#contacts.get(peer)
    if (contact !== undefined) Object.assign(contact, { attempts: 0, retryAt: 0 })
  }

  /** Puts the next attempt off: {@link RETRY_MS} doubling with each failure, or at least `waitMs`. */
  failed(peer: PeerId, now: number, waitMs = 0): void {
    const contact = this.#contacts.get(peer)
    if (contact === undefined) return
    const backoff = Math.min(RETRY_MS * 2 ** contact.attempts, MAX_RETRY_MS)
    contact.attempts++
    contact.retryAt = now + Math.max(backoff, waitMs)
  }

  /** Lets all be dialled at once, since what kept them from being reached is over. */
  retryAll(): void {
    for (const contact of this.#contacts.values()) contact.retryAt = 0
  }

  /** May be dialled now. */
  ready(now: number): PeerId[] {
    return [...this.#contacts].filter(([, { retryAt }]) => retryAt <= now).map(([id]) => id)
  }

  /** When the next contact that has to wait may be dialled. */
  nextRetryAt(now: number): number | undefined {
    let next: number | undefined
    for (const { retryAt } of this.#contacts.values()) {
      if (retryAt > now && (next === undefined || retryAt < next)) next = retryAt
    }
    return next
  }
}
