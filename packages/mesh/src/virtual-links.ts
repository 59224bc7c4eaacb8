import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Card } from './cards.ts'
import { decodeAsker, decodeFound, encodeAsker, encodeFound, FOURS_SERVICE } from './finds.ts'
import type { Router } from './router.ts'
import type { Routed } from './router-options.ts'

/** A way is tried out this often, ms. */
const CHECK_MS = 5000

/** A way that could not be found is looked for again after this, twice as long each time, ms. */
const RETRY_MS = 1000

/** The longest wait for that, ms. */
const MAX_RETRY_MS = 30_000

/** Dead ends on the way to a ring neighbour that may be turned back from. */
const BACKTRACKS = 48

/** The most ring neighbours at once that are reached in another way than by a link. */
const MAX_VIRTUAL = 8

/** A ring neighbour that needs a way. */
interface Wanted {
  /** When it is to be looked at next. */
  readonly dueAt: number
  /** How often no way was found since the last one. */
  readonly failures: number
}

/** What {@link VirtualLinks} go by. */
export interface VirtualLinksOptions {
  readonly clock: Clock
  readonly router: Router
  /** The next ones on the ring, this peer first. */
  readonly fours: () => readonly Card[]
  /** Cards came. */
  readonly learned: (cards: readonly Card[], teller: PeerId, way?: readonly PeerId[]) => void
  /** The way to whoever told of a peer. */
  readonly wayTo: (peer: PeerId) => readonly PeerId[] | undefined
}

/**
 * Stand in for links to ring neighbours that cannot be linked with: a recorded way over other
 * links, tried out and renewed, that the router uses as a link and the ring as a neighbour.
 */
export class VirtualLinks {
  readonly #options: VirtualLinksOptions
  readonly #wanted = new Map<PeerId, Wanted>()

  constructor(options: VirtualLinksOptions) {
    this.#options = options
    options.router.serve(FOURS_SERVICE, (message) => this.#asked(message))
    options.router.on('cut', (peer) => {
      if (this.#wanted.has(peer)) this.#check(peer)
    })
  }

  has(peer: PeerId): boolean {
    return this.#options.router.tunnels.has(peer)
  }

  /** To be called every second with the ring neighbours that need one. */
  tick(wanted: readonly PeerId[]): void {
    const { clock, router } = this.#options
    const needed = new Set(wanted.slice(0, MAX_VIRTUAL))
    for (const peer of [...this.#wanted.keys()]) {
      if (needed.has(peer)) continue
      this.#wanted.delete(peer)
      router.tunnels.delete(peer)
    }
    const now = clock.now()
    for (const peer of needed) if ((this.#wanted.get(peer)?.dueAt ?? 0) <= now) this.#check(peer)
  }

  /**
   * Tries out the way that there is, or looks for one.
   * @param wide whether also by peers that are not closer, as while the ring has gaps
   */
  #check(peer: PeerId, wide = false): void {
    const { clock, router, fours, learned, wayTo } = this.#options
    const before = router.tunnels.has(peer) ? router.tunnels.way(peer)?.slice(0, -1) : undefined
    const way = before ?? wayTo(peer) ?? []
    const failures = this.#wanted.get(peer)?.failures ?? 0
    const current: Wanted = { dueAt: clock.now() + CHECK_MS, failures }
    this.#wanted.set(peer, current)
    const failed = () => {
      // Another way may have been found since.
      if (this.#wanted.get(peer) !== current) return
      router.tunnels.delete(peer)
      if (!wide) {
        this.#check(peer, true)
        return
      }
      const waitMs = Math.min(RETRY_MS * 2 ** failures, MAX_RETRY_MS)
      this.#wanted.set(peer, { dueAt: clock.now() + waitMs, failures: failures + 1 })
    }
    const sent = router.send(
      peer,
      FOURS_SERVICE,
      encodeAsker(fours()),
      (result) => {
        const found = result.ok ? decodeFound(result.reply) : undefined
        if (found === undefined || found.way.length < 2) {
          failed()
          return
        }
        this.#found(peer, found.way)
        learned(found.cards, peer, found.way)
      },
      { way, record: true, wide, backtracks: BACKTRACKS },
    )
    if (sent !== 'sent') failed()
  }

  #found(peer: PeerId, way: readonly PeerId[]): void {
    const { clock, router } = this.#options
    if (!this.#wanted.has(peer)) return
    this.#wanted.set(peer, { dueAt: clock.now() + CHECK_MS, failures: 0 })
    router.tunnels.set(peer, way)
  }

  #asked({ from, payload, wayBack }: Routed): Uint8Array {
    const { router, fours, learned } = this.#options
    learned(decodeAsker(payload), from, wayBack)
    // What leads here leads back: one of both ends has found a way.
    if (wayBack !== undefined && wayBack.length > 1) this.#found(from, wayBack)
    const way = wayBack === undefined ? [] : [...wayBack.slice(0, -1)].reverse().concat(router.self)
    return encodeFound({ way, cards: fours() })
  }
}
