import { type PeerId, RoutingTable } from '@pigeon/xor'

/** The wait after a first failed attempt, doubling with each further one, ms. */
const RETRY_MS = 1000

/** The longest wait between two attempts, ms. */
const MAX_RETRY_MS = 60_000

/** What is remembered of attempts to link with a peer. */
interface Attempts {
  /** Failures since the last link. */
  failures: number
  /** Not to be dialled before, by the clock. */
  retryAt: number
}

/** The peers known to be in the network, linked or not, and when each may be dialled. */
export class Contacts {
  readonly table: RoutingTable
  readonly #attempts = new Map<PeerId, Attempts>()
  readonly #limit: number

  /** @param limit how many are kept; of more, those closest to `self` */
  constructor(self: PeerId, limit: number) {
    this.table = new RoutingTable(self)
    this.#limit = limit
  }

  get ids(): ReadonlySet<PeerId> {
    return new Set(this.table.values())
  }

  has(peer: PeerId): boolean {
    return this.table.has(peer)
  }

  /** @returns whether it was not known before */
  add(peer: PeerId): boolean {
    if (!this.table.add(peer)) return false
    if (this.table.size > this.#limit) {
      const [farthest] = this.table.closest(this.table.self, this.table.size).slice(-1)
      if (farthest !== undefined) this.delete(farthest)
    }
    return this.table.has(peer)
  }

  delete(peer: PeerId): void {
    this.table.delete(peer)
    this.#attempts.delete(peer)
  }

  /** Failed attempts since the last link with `peer`. */
  failures(peer: PeerId): number {
    return this.#attempts.get(peer)?.failures ?? 0
  }

  linked(peer: PeerId): void {
    this.add(peer)
    this.#attempts.delete(peer)
  }

  /** Puts the next attempt off: {@link RETRY_MS} doubling with each failure, or at least `waitMs`. */
  failed(peer: PeerId, now: number, waitMs = 0): void {
    if (!this.table.has(peer)) return
    const failures = this.failures(peer)
    const backoff = Math.min(RETRY_MS * 2 ** failures, MAX_RETRY_MS)
    const retryAt = now + Math.max(backoff, waitMs)
    this.#attempts.set(peer, { failures: failures + 1, retryAt })
  }

  /** Lets all be dialled at once, since what kept them from being reached is over. */
  retryAll(): void {
    for (const attempts of this.#attempts.values()) attempts.retryAt = 0
  }

  /** Whether `peer` may be dialled now. */
  isReady(peer: PeerId, now: number): boolean {
    return (this.#attempts.get(peer)?.retryAt ?? 0) <= now
  }

  /** When the next contact that has to wait may be dialled. */
  nextRetryAt(now: number): number | undefined {
    let next: number | undefined
    for (const { retryAt } of this.#attempts.values()) {
      if (retryAt > now && (next === undefined || retryAt < next)) next = retryAt
    }
    return next
  }
}
