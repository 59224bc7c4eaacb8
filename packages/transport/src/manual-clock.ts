import type { Clock } from './contracts.ts'

interface Timer {
  readonly at: number
  /** Timers due at the same time run in the order they were set. */
  readonly number: number
  run: (() => void) | undefined
}

/** A clock that stands still until it is told to go on: for tests of protocols. */
export class ManualClock implements Clock {
  /** A binary heap, the next timer first; cancelled ones go when their time comes. */
  readonly #timers: Timer[] = []
  #now: number
  #count = 0
  #pending = 0

  /** @param now the time at the start, ms. Default 0. */
  constructor(now = 0) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  after(ms: number, run: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, ms), number: ++this.#count, run }
    this.#push(timer)
    this.#pending++
    return () => {
      if (timer.run === undefined) return
      timer.run = undefined
      this.#pending--
    }
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#pending
  }

  /** Lets `ms` milliseconds pass and runs what falls due, also what is added meanwhile, in order. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (let next = this.#timers[0]; next !== undefined && next.at <= end; next = this.#timers[0]) {
      this.#pop()
      const { run, at } = next
      if (run === undefined) continue
      next.run = undefined
      this.#pending--
      this.#now = Math.max(this.#now, at)
      run()
    }
    this.#now = end
  }

  #push(timer: Timer): void {
    const timers = this.#timers
    let at = timers.length
    timers.push(timer)
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = timers[parent] as Timer
      if (isBefore(above, timer)) break
      timers[at] = above
      at = parent
    }
    timers[at] = timer
  }

  #pop(): void {
    const timers = this.#timers
    const last = timers.pop() as Timer
    if (timers.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      const right = timers[child + 1]
      if (right !== undefined && isBefore(right, timers[child] as Timer)) child++
      const below = timers[child]
      if (below === undefined || isBefore(last, below)) break
      timers[at] = below
      at = child
    }
    timers[at] = last
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.number < b.number)
}
