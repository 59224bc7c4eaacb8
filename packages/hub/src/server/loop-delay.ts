/** Above this the process cannot keep its promises, ms. */
const HIGH_MS = 500

/** How often to look, ms. */
const EVERY_MS = 250

/** How long a delay is held against the process, ms. */
const WINDOW_MS = 5000

/** How far this process is behind its time. One timer, four times a second, that keeps nothing alive. */
export class LoopDelay {
  readonly #timer: NodeJS.Timeout
  #due = performance.now() + EVERY_MS
  #highAt = Number.NEGATIVE_INFINITY

  constructor() {
    this.#timer = setInterval(() => {
      const now = performance.now()
      if (now - this.#due > HIGH_MS) this.#highAt = now
      this.#due = now + EVERY_MS
    }, EVERY_MS)
    this.#timer.unref()
  }

  /** Whether a timer came more than half a second late within the last seconds. */
  get isHigh(): boolean {
    const now = performance.now()
    return now - this.#due > HIGH_MS || now - this.#highAt < WINDOW_MS
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
