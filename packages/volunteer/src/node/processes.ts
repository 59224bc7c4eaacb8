import { wholeNumber } from '@pigeon/transport'
import type { Executor, Work } from '../executor.ts'
import type { Outcome } from '../failure.ts'
import type { Offer } from '../frames.ts'
import { Child } from './child.ts'

/** Options of {@link Processes}. */
export interface ProcessesOptions {
  /** What may run: such as `accepts` of a `Consent`. Code runs with all rights of this user. */
  readonly accepts: (offer: Offer) => boolean | Promise<boolean>
  /** Tasks at once, a process each. Default 1. */
  readonly slots?: number
  /** Memory of each process's JavaScript, MB. Default 256. */
  readonly memoryMb?: number
}

/**
 * Computes each task in a child process with an empty environment, which is killed when the task
 * takes too long or nobody waits for it. It is no sandbox: files and network are open to it.
 */
export class Processes implements Executor {
  readonly slots: number
  readonly accepts: (offer: Offer) => boolean | Promise<boolean>
  readonly #memoryMb: number
  /** Those that compute nothing now. */
  readonly #idle: Child[] = []
  readonly #all = new Set<Child>()

  /** @throws RangeError that names the option and what it got */
  constructor(options: ProcessesOptions) {
    this.slots = wholeNumber('slots', options.slots ?? 1, 1, 1024)
    this.#memoryMb = wholeNumber('memoryMb', options.memoryMb ?? 256, 16, 2 ** 20)
    this.accepts = options.accepts
  }

  run(work: Work, done: (outcome: Outcome) => void): () => void {
    const child = this.#childFor(work)
    child.run(work, (outcome) => {
      if (child.isUsable) this.#idle.push(child)
      else this.#forget(child)
      done(outcome)
    })
    return () => this.#kill(child)
  }

  stop(): void {
    for (const child of [...this.#all]) this.#kill(child)
  }

  #childFor({ hash }: Work): Child {
    const at = this.#idle.findIndex((child) => child.isFor(hash))
    if (at >= 0) return this.#idle.splice(at, 1)[0] as Child
    // Those left over ran other code.
    const other = this.#idle.shift()
    if (other !== undefined) this.#kill(other)
    const child: Child = new Child(this.#memoryMb, () => this.#forget(child))
    this.#all.add(child)
    return child
  }

  #kill(child: Child): void {
    this.#forget(child)
    child.kill()
  }

  #forget(child: Child): void {
    this.#all.delete(child)
    const at = this.#idle.indexOf(child)
    if (at >= 0) this.#idle.splice(at, 1)
  }
}
