import type { PeerId } from '@pigeon/xor'
import type { Executor } from './executor.ts'
import type { Outcome } from './failure.ts'
import type { Offer } from './frames.ts'
import type { Consumer, Task } from './lending.ts'
import type { Slots } from './slots.ts'

/** What a {@link LocalWorker} is given. */
export interface LocalWorkerOptions {
  readonly self: PeerId
  readonly executor: Executor
  readonly slots: Slots
  readonly offer: Offer
  readonly code: Uint8Array
  readonly payloadBytes: number
  now(): number
  /** @param ms how long it took */
  done(attempt: number, outcome: Outcome, ms: number): void
  /** A slot is free: other jobs may use it. */
  freed(): void
}

/** This node computing for one job. */
export class LocalWorker implements Consumer {
  readonly #options: LocalWorkerOptions
  readonly #running = new Map<number, () => void>()

  constructor(options: LocalWorkerOptions) {
    this.#options = options
  }

  get limit(): number {
    return this.#options.slots.total
  }

  get room(): number {
    return this.#options.slots.free
  }

  fits(task: Task): boolean {
    return !task.avoid.includes(this.#options.self)
  }

  take({ attempt, payload }: Task): void {
    const { slots, executor, offer, code, payloadBytes, now, done, freed } = this.#options
    const { hash, timeoutMs } = offer
    slots.used++
    const from = now()
    let isOver = false
    const finish = (outcome: Outcome) => {
      if (isOver || !this.#running.delete(attempt)) return
      isOver = true
      slots.used--
      done(attempt, outcome, now() - from)
      freed()
    }
    this.#running.set(attempt, () => {})
    const cancel = executor.run({ hash, code, payload, timeoutMs, payloadBytes }, finish)
    if (this.#running.has(attempt)) this.#running.set(attempt, cancel)
  }

  drop(attempt: number): void {
    const cancel = this.#running.get(attempt)
    if (cancel === undefined || !this.#running.delete(attempt)) return
    this.#options.slots.used--
    cancel()
    this.#options.freed()
  }

  /** Everything it computes is given up. */
  stop(): void {
    for (const attempt of [...this.#running.keys()]) this.drop(attempt)
  }
}
