import type { PeerId } from '@pigeon/xor'
import { forgetOldest } from './oldest.ts'

/** So many connections in a row must fail. */
const MAX_FAILURES = 2

/** How long a peer counts as unlinkable at first, doubling each time, ms. */
const FIRST_MS = 60_000

/** The longest, ms. */
const LONGEST_MS = 600_000

/** Peers remembered. */
const LIMIT = 256

interface Failures {
  count: number
  until: number
  spanMs: number
}

/**
 * Peers that connections to come to nothing, as between two networks that let no path through.
 * After its time such a peer is tried once more.
 */
export class Unlinkable {
  readonly #peers = new Map<PeerId, Failures>()

  has(peer: PeerId, now: number): boolean {
    return (this.#peers.get(peer)?.until ?? 0) > now
  }

  /** Connections that failed since the last one that did not. */
  failures(peer: PeerId): number {
    return this.#peers.get(peer)?.count ?? 0
  }

  failed(peer: PeerId, now: number): void {
    const before = this.#peers.get(peer) ?? { count: 0, until: 0, spanMs: FIRST_MS }
    const count = before.count + 1
    const isOut = count >= MAX_FAILURES
    const until = isOut ? now + before.spanMs : 0
    const spanMs = isOut ? Math.min(before.spanMs * 2, LONGEST_MS) : before.spanMs
    this.#peers.delete(peer)
    this.#peers.set(peer, { count, until, spanMs })
    forgetOldest(this.#peers, LIMIT)
  }

  linked(peer: PeerId): void {
    this.#peers.delete(peer)
  }

  /** Lets all be tried at once: the network around this peer changed. */
  forgive(): void {
    this.#peers.clear()
  }
}
