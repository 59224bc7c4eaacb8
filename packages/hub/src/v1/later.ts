import type { Clock } from '@pigeon/transport'

/** Does things a fixed time later, in order, with one timer. */
export class Later<T> {
  readonly #clock: Clock
  readonly #delayMs: number
  readonly #run: (item: T) => void
  #queue: { readonly at: number; readonly item: T }[] = []
  #cancel: (() => void) | undefined

  constructor(clock: Clock, delayMs: number, run: (item: T) => void) {
    this.#clock = clock
    this.#delayMs = delayMs
    this.#run = run
  }

  add(item: T): void {
    this.#queue.push({ at: this.#clock.now() + this.#delayMs, item })
    this.#arm()
  }

  /** Does nothing more of what was added so far. */
  clear(): void {
    this.#queue = []
    this.#cancel?.()
    this.#cancel = undefined
  }

  #arm(): void {
    const [first] = this.#queue
    if (this.#cancel !== undefined || first === undefined) return
    this.#cancel = this.#clock.after(Math.max(0, first.at - this.#clock.now()), () => {
      this.#cancel = undefined
      const now = this.#clock.now()
      const later = this.#queue.findIndex(({ at }) => at > now)
      for (const { item } of this.#queue.splice(0, later < 0 ? this.#queue.length : later)) {
        this.#run(item)
      }
      this.#arm()
    })
  }
}
