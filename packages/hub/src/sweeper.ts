import type { Clock } from '@pigeon/transport'

/** A tick this much behind its time tells of a stall of the hub, not of silent clients, ms. */
const LATE_MS = 2000

/**
 * The one timer that finds silent connections. After a stall of the hub's own event loop what
 * clients sent meanwhile still waits to be read, so a late tick sweeps nothing.
 */
export class Sweeper {
  readonly #clock: Clock
  readonly #intervalMs: number
  readonly #sweep: (now: number) => void
  #dueAt: number | undefined
  #cancel: () => void = () => {}

  constructor(clock: Clock, intervalMs: number, sweep: (now: number) => void) {
    this.#clock = clock
    this.#intervalMs = intervalMs
    this.#sweep = sweep
  }

  /** Starts ticking, unless it does already. */
  start(): void {
    if (this.#dueAt === undefined) this.#arm()
  }

  stop(): void {
    this.#cancel()
    this.#dueAt = undefined
  }

  /** Whether silence can be believed: the hub itself is not behind its time. */
  get onTime(): boolean {
    return this.#dueAt === undefined || this.#clock.now() - this.#dueAt <= LATE_MS
  }

  #arm(): void {
    this.#dueAt = this.#clock.now() + this.#intervalMs
    this.#cancel = this.#clock.after(this.#intervalMs, () => {
      const { onTime } = this
      this.#arm()
      if (onTime) this.#sweep(this.#clock.now())
    })
  }
}
