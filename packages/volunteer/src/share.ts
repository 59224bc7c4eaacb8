import { Borrower } from './borrower.ts'
import type { Outcome } from './failure.ts'
import type { JobId } from './ids.ts'
import { Lending, type LendingWorld, type Task } from './lending.ts'
import type { LocalWorker } from './local-worker.ts'
import type { Neighbour } from './neighbour.ts'

/** Who takes part in one job next to this node, and what they were lent. */
export class Share {
  readonly lending: Lending
  readonly #borrowers = new Map<Neighbour, Borrower>()
  readonly #job: JobId
  readonly #inFlight: number
  #worker: LocalWorker | undefined

  constructor(job: JobId, inFlight: number, world: LendingWorld) {
    this.#job = job
    this.#inFlight = inFlight
    this.lending = new Lending(world)
  }

  get works(): boolean {
    return this.#worker !== undefined
  }

  /** A neighbour asks for so many tasks. */
  want(neighbour: Neighbour, limit: number): void {
    let borrower = this.#borrowers.get(neighbour)
    if (borrower === undefined) {
      if (limit === 0) return
      borrower = new Borrower(neighbour, this.#job)
      this.#borrowers.set(neighbour, borrower)
      this.lending.consumers.add(borrower)
    }
    borrower.limit = Math.min(limit, this.#inFlight)
    this.lending.dispatch()
  }

  /** A neighbour is gone, or on the way to the submitter. @returns what it had */
  leave(neighbour: Neighbour): Task[] {
    const borrower = this.#borrowers.get(neighbour)
    this.#borrowers.delete(neighbour)
    return borrower === undefined ? [] : this.lending.leave(borrower)
  }

  /** This node computes from now on. */
  work(worker: LocalWorker): void {
    this.#worker = worker
    this.lending.consumers.add(worker)
    this.lending.dispatch()
  }

  /** This node computes no more. @returns what it had */
  rest(): Task[] {
    const worker = this.#worker
    if (worker === undefined) return []
    this.#worker = undefined
    const lost = this.lending.leave(worker)
    worker.stop()
    return lost
  }

  /**
   * Takes an answer.
   * @param from whose; undefined: this node's own
   * @returns the task, which is gone from here; undefined if it was not here, or goes on elsewhere
   */
  answered(from: Neighbour | undefined, attempt: number, outcome: Outcome): Task | undefined {
    const holder = this.lending.holder(attempt)
    const borrower = from && this.#borrowers.get(from)
    if (from !== undefined && (borrower === undefined || holder !== borrower)) {
      // A result is a result, whoever was to bring it.
      return outcome.ok ? this.lending.cancel(attempt) : undefined
    }
    borrower?.settled(attempt)
    const task = this.lending.settle(attempt)
    if (task === undefined || outcome.ok || outcome.reason !== 'declined') return task
    if (holder !== undefined) task.declined.add(holder)
    this.lending.add(task, true)
    return undefined
  }

  /** It is over. */
  end(): void {
    this.lending.clear()
    this.#worker?.stop()
    this.#worker = undefined
  }
}
