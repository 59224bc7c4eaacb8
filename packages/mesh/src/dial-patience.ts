import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** A connection may take this long at least, ms. */
const SHORTEST_MS = 4000

/** No step of a connection may take longer, nor all together more than twice as long, ms. */
const LONGEST_MS = 30_000

/** How much longer than the slowest of late a connection may take. */
const MARGIN = 2.5

/** Connections whose times are remembered. */
const REMEMBERED = 8

/** So many that take too long, one after the other, are bad luck. */
const UNLUCKY = 2

interface Wait {
  readonly since: number
  readonly patienceMs: number
  readonly over: () => void
  cancel: () => void
}

/**
 * How long each step of a connection that this side dials may take: two and a half times the
 * slowest of the last eight connections, at least 4 s. On a device that is busy all of them are slow, and giving one up makes it
 * busier still: each one beyond two in a row that took too long doubles the time, until one opens.
 * So does each failure beyond the first with the same peer.
 */
export class DialPatience {
  readonly #clock: Clock
  /** As many as there are dials under way. */
  readonly #waits = new Map<PeerId, Wait>()
  /** How long the last connections took, ms. */
  readonly #took: number[] = []
  /** Connections in a row that took too long. */
  #overdue = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Begins to wait for a connection.
   * @param failures how many to this peer came to nothing before
   * @param over runs if it takes too long
   */
  begin(peer: PeerId, failures: number, over: () => void): void {
    this.end(peer)
    const patienceMs = this.#patienceMs(failures)
    const wait = { since: this.#clock.now(), patienceMs, over, cancel: () => {} }
    this.#waits.set(peer, wait)
    this.#start(peer, wait, patienceMs)
  }

  /** The connection came a step closer: the next step has as much time. */
  extend(peer: PeerId): void {
    const wait = this.#waits.get(peer)
    if (wait === undefined) return
    const leftMs = wait.since + 2 * LONGEST_MS - this.#clock.now()
    wait.cancel()
    this.#start(peer, wait, Math.min(wait.patienceMs, Math.max(0, leftMs)))
  }

  /** The connection is there. */
  opened(peer: PeerId): void {
    const wait = this.#waits.get(peer)
    if (wait === undefined) return
    this.#overdue = 0
    this.#took.push(this.#clock.now() - wait.since)
    if (this.#took.length > REMEMBERED) this.#took.shift()
    this.end(peer)
  }

  /** The connection failed, or is not waited for any more. */
  end(peer: PeerId): void {
    this.#waits.get(peer)?.cancel()
    this.#waits.delete(peer)
  }

  close(): void {
    for (const { cancel } of this.#waits.values()) cancel()
    this.#waits.clear()
  }

  #start(peer: PeerId, wait: Wait, ms: number): void {
    wait.cancel = this.#clock.after(ms, () => {
      this.#waits.delete(peer)
      this.#overdue++
      wait.over()
    })
  }

  #patienceMs(failures: number): number {
    const usualMs = Math.max(SHORTEST_MS, Math.max(0, ...this.#took) * MARGIN)
    const doublings = Math.max(0, failures - 1) + Math.max(0, this.#overdue - UNLUCKY)
    return Math.min(usualMs * 2 ** doublings, LONGEST_MS)
  }
}
