import type { Clock } from '@pigeon/transport'
import { type Executor, encodeValue, type Outcome, type Work } from '../src/index.ts'
import { decodeValue } from '../src/values.ts'

/** Options of {@link TimedWork}. */
export interface TimedWorkOptions {
  readonly slots?: number
  /** How long a task takes, ms. Default 100. */
  readonly ms?: number | ((input: unknown) => number)
  /** What it computes. Default twice the input. */
  readonly compute?: (input: unknown) => unknown
}

/** Computes in virtual time; `computed` has all inputs that were begun. */
export class TimedWork implements Executor {
  readonly slots: number
  readonly begun: unknown[] = []
  running = 0
  readonly #clock: Clock
  readonly #options: TimedWorkOptions

  constructor(clock: Clock, options: TimedWorkOptions = {}) {
    this.#clock = clock
    this.#options = options
    this.slots = options.slots ?? 1
  }

  accepts(): boolean {
    return true
  }

  run({ payload, timeoutMs }: Work, done: (outcome: Outcome) => void): () => void {
    const { ms = 100, compute = (input) => 2 * (input as number) } = this.#options
    const input = decodeValue(payload)
    this.begun.push(input)
    this.running++
    const takes = typeof ms === 'number' ? ms : ms(input)
    const cancel = this.#clock.after(Math.min(takes, timeoutMs), () => {
      this.running--
      if (takes > timeoutMs) {
        done({ ok: false, reason: 'timeout', text: 'too long' })
        return
      }
      try {
        done({ ok: true, payload: encodeValue(compute(input)) })
      } catch (error) {
        done({ ok: false, reason: 'threw', text: String(error) })
      }
    })
    return () => {
      this.running--
      cancel()
    }
  }

  stop(): void {}
}
