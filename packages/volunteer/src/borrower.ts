import type { JobId } from './ids.ts'
import type { Consumer, Task } from './lending.ts'
import type { Neighbour } from './neighbour.ts'

/** Tasks that were taken back, with no answer in between, before a neighbour gets no more. */
const SILENT_LIMIT = 3

/** A neighbour that is lent tasks of one job. */
export class Borrower implements Consumer {
  readonly neighbour: Neighbour
  /** What it asked for, within what this node lends at most. */
  #limit = 0
  readonly #job: JobId
  readonly #has = new Set<number>()
  /** Tasks taken back since it last said anything. */
  #silent = 0

  constructor(neighbour: Neighbour, job: JobId) {
    this.neighbour = neighbour
    this.#job = job
  }

  get limit(): number {
    return this.#limit
  }

  set limit(value: number) {
    this.#limit = value
    this.#silent = 0
  }

  get room(): number {
    if (this.#silent >= SILENT_LIMIT) return 0
    return this.neighbour.isCongested ? 0 : this.limit - this.#has.size
  }

  fits(task: Task): boolean {
    // A leaf that is not wanted; whoever has others below may find one.
    return !(this.limit <= 2 && task.avoid.includes(this.neighbour.peer))
  }

  take(task: Task): void {
    const { attempt, avoid, payload } = task
    this.#has.add(attempt)
    this.neighbour.send({ kind: 'task', job: this.#job, attempt, avoid, payload })
  }

  drop(attempt: number): void {
    if (!this.#has.delete(attempt)) return
    this.#silent++
    this.neighbour.send({ kind: 'cancel', job: this.#job, attempt })
  }

  /** It answered. */
  settled(attempt: number): void {
    this.#silent = 0
    this.#has.delete(attempt)
  }
}
