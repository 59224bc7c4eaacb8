import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** How long an answer may take, ms. */
const ANSWER_MS = 3000

/** How long a place is kept for a peer that was told OK, ms. */
const PROMISE_MS = 5000

/**
 * Questions whether a peer takes a link, before anything is made for one: those that wait for an
 * answer, and the places that were promised to others. Both end by themselves.
 */
export class Asks {
  readonly #clock: Clock
  readonly #asked = new Map<PeerId, () => void>()
  readonly #promised = new Map<PeerId, () => void>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Peers that were asked and have not answered. */
  get asked(): ReadonlyMap<PeerId, unknown> {
    return this.#asked
  }

  /** Peers a place is kept for. */
  get promised(): ReadonlyMap<PeerId, unknown> {
    return this.#promised
  }

  /** @param unanswered runs if no answer comes in time */
  ask(peer: PeerId, unanswered: () => void): void {
    this.answered(peer)
    const cancel = this.#clock.after(ANSWER_MS, () => {
      this.#asked.delete(peer)
      unanswered()
    })
    this.#asked.set(peer, cancel)
  }

  /** @returns whether `peer` was asked */
  answered(peer: PeerId): boolean {
    this.#asked.get(peer)?.()
    return this.#asked.delete(peer)
  }

  /** Keeps a place for `peer`. @param expired runs if it is not taken in time */
  promise(peer: PeerId, expired: () => void): void {
    this.redeem(peer)
    const cancel = this.#clock.after(PROMISE_MS, () => {
      this.#promised.delete(peer)
      expired()
    })
    this.#promised.set(peer, cancel)
  }

  /** @returns whether a place was kept for `peer`, which it takes now */
  redeem(peer: PeerId): boolean {
    this.#promised.get(peer)?.()
    return this.#promised.delete(peer)
  }

  close(): void {
    for (const cancel of [...this.#asked.values(), ...this.#promised.values()]) cancel()
    this.#asked.clear()
    this.#promised.clear()
  }
}
