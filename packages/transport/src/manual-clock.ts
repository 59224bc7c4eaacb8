import type { Clock } from './contracts.ts'

/** A clock that stands still until it is told to go on: for tests of protocols. */
export class ManualClock implements Clock {
  readonly #timers = new Map<number, { at: number; run: () => void }>()
  #now: number
  #count = 0

  /** @param now the time at the start, ms. Default 0. */
  constructor(now = 0) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  after(ms: number, run: () => void): () => void {
    const number = ++this.#count
    this.#timers.set(number, { at: this.#now + Math.max(0, ms), run })
    return () => {
      this.#timers.delete(number)
    }
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.size
  }

  /** Lets `ms` milliseconds pass and runs what falls due, also what is added meanwhile, in order. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const next = this.#next()
      if (next === undefined || next.at > end) break
      this.#timers.delete(next.number)
      this.#now = Math.max(this.#now, next.at)
      next.run()
    }
    this.#now = end
  }

  #next(): { number: number; at: number; run: () => void } | undefined {
    let best: { number: number; at: number; run: () => void } | undefined
    for (const [number, { at, run }] of this.#timers) {
      if (best === undefined || at < best.at) best = { number, at, run }
    }
    return best
  }
}
