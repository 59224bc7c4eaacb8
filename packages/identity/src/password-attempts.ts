import { type Clock, wholeNumber } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** Options of {@link PasswordAttempts}. */
export interface PasswordAttemptsOptions {
  readonly clock: Pick<Clock, 'now'>
  /** Runs of one id that may fail within the window. Default 5. */
  readonly perId?: number
  /** Runs of all ids together that may fail within the window. Default 60. */
  readonly inAll?: number
  /** Default a minute, ms. */
  readonly windowMs?: number
}

/**
 * Counts password exchanges. Each allows the other end one guess, and one that is broken
 * off may have been a guess as well: so a run counts from its start, until it succeeds or a window
 * is over. The limit on all ids is against somebody who takes a new one for each guess; it is also
 * what bounds the memory.
 */
export class PasswordAttempts {
  readonly #clock: Pick<Clock, 'now'>
  readonly #perId: number
  readonly #inAll: number
  readonly #windowMs: number
  #open: { readonly id: PeerId; readonly at: number }[] = []

  /** @throws RangeError if an option is out of bounds */
  constructor(options: PasswordAttemptsOptions) {
    const { clock, perId = 5, inAll = 60, windowMs = 60_000 } = options
    this.#clock = clock
    this.#perId = wholeNumber('perId', perId, 1, 1000)
    this.#inAll = wholeNumber('inAll', inAll, 1, 100_000)
    this.#windowMs = wholeNumber('windowMs', windowMs, 1, 24 * 60 * 60 * 1000)
  }

  /** Runs that count now. */
  get counted(): number {
    this.#forget()
    return this.#open.length
  }

  /** Counts a run with an id; `false`: there were too many, do not take part in it. */
  start(id: PeerId): boolean {
    this.#forget()
    if (this.#open.length >= this.#inAll) return false
    if (this.#open.filter((run) => run.id === id).length >= this.#perId) return false
    this.#open.push({ id, at: this.#clock.now() })
    return true
  }

  /** A run with an id ended with a key: its last run does not count. */
  succeeded(id: PeerId): void {
    const index = this.#open.map((run) => run.id).lastIndexOf(id)
    if (index >= 0) this.#open.splice(index, 1)
  }

  #forget(): void {
    const since = this.#clock.now() - this.#windowMs
    this.#open = this.#open.filter(({ at }) => at > since)
  }
}
