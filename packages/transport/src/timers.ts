import type { Clock } from './contracts.ts'

/** Timers by name: setting one again replaces it, and all of them end together. */
export class Timers {
  readonly #clock: Clock
  readonly #running = new Map<unknown, () => void>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Runs `run` in `ms`, instead of what was to run under this name. */
  set(name: unknown, ms: number, run: () => void): void {
    this.stop(name)
    const cancel = this.#clock.after(ms, () => {
      this.#running.delete(name)
      run()
    })
    this.#running.set(name, cancel)
  }

  has(name: unknown): boolean {
    return this.#running.has(name)
  }

  stop(name: unknown): void {
    this.#running.get(name)?.()
    this.#running.delete(name)
  }

  stopAll(): void {
    for (const name of [...this.#running.keys()]) this.stop(name)
  }
}
