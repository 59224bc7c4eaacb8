import type { Clock, Signal } from '@pigeon/transport'

/** A description waits this long at most for the addresses that are found after it, ms. */
const GATHER_MS = 100

/** A description and the addresses that are kept with it, at most; then all go at once. */
const MAX_KEPT = 32

/** What {@link Gathering} goes by. */
export interface GatheringOptions {
  readonly clock: Clock
  /** Brings a signal to the other side. */
  readonly send: (signal: Signal) => void
}

/**
 * Keeps the first description of a link until the engine has found all of this side's addresses, at
 * most for 100 ms: what comes at once can be sent as one message. Later addresses follow
 * as they are found.
 */
export class Gathering {
  readonly #options: GatheringOptions
  /** A description and the candidates after it. */
  #kept: Signal[] | undefined
  #cancel: () => void = () => {}

  constructor(options: GatheringOptions) {
    this.#options = options
  }

  /** A description that addresses are about to be found for. */
  described(signal: Signal): void {
    this.drop()
    this.#kept = [signal]
    this.#cancel = this.#options.clock.after(GATHER_MS, () => this.finished())
  }

  /** An address was found. */
  found(signal: Signal): void {
    if (this.#kept === undefined) this.#options.send(signal)
    else if (this.#kept.push(signal) >= MAX_KEPT) this.finished()
  }

  /** All addresses were found, or there is no time to wait for more. */
  finished(): void {
    const kept = this.#kept ?? []
    this.drop()
    for (const signal of kept) this.#options.send(signal)
  }

  /** What is kept belongs to an attempt that is over. */
  drop(): void {
    this.#cancel()
    this.#kept = undefined
  }
}
