import type { Clock, Random } from '@pigeon/transport'

/** The part of the drain time in which clients leave; the rest is for those that are late. */
const SPREAD = 0.8

/** Spreads things over a time, each at a random moment, with one timer. */
export class Spread<T> {
  readonly #clock: Clock
  readonly #random: Random
  readonly #run: (item: T) => void
  #due: { at: number; item: T }[] = []
  #cancel: () => void = () => {}

  constructor(clock: Clock, random: Random, run: (item: T) => void) {
    this.#clock = clock
    this.#random = random
    this.#run = run
  }

  /** A random moment within the drain time, ms from now. */
  moment(durationMs: number): number {
    const bytes = this.#random.fill(new Uint8Array(4))
    const part = new DataView(bytes.buffer).getUint32(0) / 2 ** 32
    return Math.floor(durationMs * SPREAD * part)
  }

  /** Has `run` called for each, at moments within the drain time. */
  start(items: readonly T[], durationMs: number): void {
    const now = this.#clock.now()
    this.#due = items.map((item) => ({ at: now + this.moment(durationMs), item }))
    this.#due.sort((a, b) => b.at - a.at)
    this.#arm()
  }

  stop(): void {
    this.#cancel()
    this.#due = []
  }

  #arm(): void {
    const next = this.#due.at(-1)
    if (next === undefined) return
    this.#cancel = this.#clock.after(Math.max(0, next.at - this.#clock.now()), () => {
      const now = this.#clock.now()
      for (let last = this.#due.at(-1); last !== undefined && last.at <= now; ) {
        this.#due.pop()
        this.#run(last.item)
        last = this.#due.at(-1)
      }
      this.#arm()
    })
  }
}
