import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** How long a peer that others tell of is not believed to be there, if it did not answer, ms. */
const DOUBT_MS = 30_000

/** Peers that are doubted at once, and those that proved to be there, at most. */
const MAX_DOUBTED = 256
const MAX_PROVEN = 64

/** Asks a peer that is no neighbour for a proof that it is there. */
export type Probe = (peer: PeerId, done: (isThere: boolean) => void) => void

/**
 * Which of the peers that others tell of are there: those that proved it, once, when they were
 * asked, and have answered since.
 */
export class Hearsay {
  readonly #clock: Clock
  readonly #probe: Probe
  readonly #changed: () => void
  readonly #proven = new Set<PeerId>()
  readonly #probed = new Set<PeerId>()
  /** Until when peers are doubted. */
  readonly #doubted = new Map<PeerId, number>()

  constructor(clock: Clock, probe: Probe, changed: () => void) {
    this.#clock = clock
    this.#probe = probe
    this.#changed = changed
  }

  isProven(peer: PeerId): boolean {
    return this.#proven.has(peer)
  }

  isDoubted(peer: PeerId): boolean {
    const until = this.#doubted.get(peer)
    if (until === undefined) return false
    if (until > this.#clock.now()) return true
    this.#doubted.delete(peer)
    return false
  }

  /** A peer did not answer. */
  doubt(peer: PeerId): void {
    if (this.#doubted.size >= MAX_DOUBTED) this.#forget()
    if (this.#doubted.size < MAX_DOUBTED) this.#doubted.set(peer, this.#clock.now() + DOUBT_MS)
    this.#proven.delete(peer)
    this.#changed()
  }

  /** Asks those that matter now; forgets others if there are too many. */
  check(peers: readonly PeerId[]): void {
    if (this.#proven.size > MAX_PROVEN) {
      for (const peer of this.#proven) if (!peers.includes(peer)) this.#proven.delete(peer)
    }
    for (const peer of peers) {
      if (this.#proven.has(peer) || this.#probed.has(peer)) continue
      this.#probed.add(peer)
      this.#probe(peer, (isThere) => {
        this.#probed.delete(peer)
        if (!isThere) {
          this.doubt(peer)
          return
        }
        this.#proven.add(peer)
        this.#changed()
      })
    }
  }

  #forget(): void {
    for (const peer of [...this.#doubted.keys()]) this.isDoubted(peer)
  }
}
