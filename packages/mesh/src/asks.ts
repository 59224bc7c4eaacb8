import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Reason } from './messages.ts'

/** How long an answer may take, ms. */
const ANSWER_MS = 3000

/** How long a place is kept for a peer that was told OK, ms. */
const PROMISE_MS = 5000

/** One that waits, and why. */
interface Waiting {
  readonly why: Reason
  readonly cancel: () => void
}

/**
 * Questions whether a peer takes a link, before anything is made for one: those that wait for an
 * answer, and the places that were promised to others. Both end by themselves.
 */
export class Asks {
  readonly #clock: Clock
  readonly #asked = new Map<PeerId, Waiting>()
  readonly #promised = new Map<PeerId, Waiting>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Peers that were asked and have not answered. */
  get asked(): ReadonlyMap<PeerId, { readonly why: Reason }> {
    return this.#asked
  }

  /** Peers a place is kept for. */
  get promised(): ReadonlyMap<PeerId, { readonly why: Reason }> {
    return this.#promised
  }

  /** @param unanswered runs if no answer comes in time */
  ask(peer: PeerId, why: Reason, unanswered: () => void): void {
    this.answered(peer)
    this.#wait(this.#asked, peer, why, ANSWER_MS, unanswered)
  }

  /** @returns why `peer` was asked, if it was */
  answered(peer: PeerId): Reason | undefined {
    return end(this.#asked, peer)
  }

  /** Keeps a place for `peer`. @param expired runs if it is not taken in time */
  promise(peer: PeerId, why: Reason, expired: () => void): void {
    this.redeem(peer)
    this.#wait(this.#promised, peer, why, PROMISE_MS, expired)
  }

  /** @returns why a place was kept for `peer`, which it takes now, if one was */
  redeem(peer: PeerId): Reason | undefined {
    return end(this.#promised, peer)
  }

  close(): void {
    for (const peer of [...this.#asked.keys()]) end(this.#asked, peer)
    for (const peer of [...this.#promised.keys()]) end(this.#promised, peer)
  }

  #wait(
    among: Map<PeerId, Waiting>,
    peer: PeerId,
    why: Reason,
    ms: number,
    over: () => void,
  ): void {
    const cancel = this.#clock.after(ms, () => {
      among.delete(peer)
      over()
    })
    among.set(peer, { why, cancel })
  }
}

function end(among: Map<PeerId, Waiting>, peer: PeerId): Reason | undefined {
  const waiting = among.get(peer)
  waiting?.cancel()
  among.delete(peer)
  return waiting?.why
}
