import { type Clock, type Emitter, when } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Codes } from './codes.ts'
import type { VolunteerEvents } from './events.ts'
import type { Executor } from './executor.ts'
import type { Outcome } from './failure.ts'
import type { CodeHash } from './ids.ts'
import type { Limits } from './limits.ts'
import { LocalWorker } from './local-worker.ts'
import type { OwnJob } from './own-job.ts'
import { Relay } from './relay.ts'
import { Slots } from './slots.ts'

/** A job that may be computed here. */
export type Job = Relay | OwnJob

/** What computes here. */
interface Engaged {
  readonly executor: Executor
  readonly slots: Slots
  /** Jobs that the executor accepted. */
  readonly accepted: WeakSet<Job>
}

/** What {@link Helping} needs from its volunteer. */
export interface HelpingOptions {
  readonly self: PeerId
  readonly clock: Clock
  readonly limits: Limits
  readonly codes: Codes
  readonly events: Emitter<VolunteerEvents>
  /** All jobs that are known here. */
  readonly jobs: () => Iterable<Job>
}

/** Computing, for the jobs that an executor accepts. */
export class Helping {
  /** Tasks computed here. */
  computed = 0
  readonly #options: HelpingOptions
  #engaged: Engaged | undefined

  constructor(options: HelpingOptions) {
    this.#options = options
  }

  get isOn(): boolean {
    return this.#engaged !== undefined
  }

  /** Tasks being computed. */
  get running(): number {
    return this.#engaged?.slots.used ?? 0
  }

  start(executor: Executor): void {
    this.stop()
    this.#engaged = { executor, slots: new Slots(executor.slots), accepted: new WeakSet() }
    for (const job of this.#options.jobs()) this.consider(job)
  }

  stop(): void {
    const engaged = this.#engaged
    this.#engaged = undefined
    for (const job of this.#options.jobs()) job.rest()
    engaged?.executor.stop()
  }

  /** Whether this node computes for a job is for the executor to say. */
  consider(job: Job): void {
    const engaged = this.#engaged
    if (engaged === undefined) return
    when(
      () => engaged.executor.accepts(job.offer),
      (accepted) => {
        if (accepted !== true || engaged !== this.#engaged || job.share.works) return
        if (!this.#isKnown(job)) return
        engaged.accepted.add(job)
        this.fetch(job)
      },
    )
  }

  /** Begins to compute when the code is here. */
  fetch(job: Job): void {
    const { codes } = this.#options
    const { hash } = job.offer
    if (this.#engaged?.accepted.has(job) !== true || job.share.works) return
    const code = 'code' in job ? job.code : codes.get(hash)
    if (code !== undefined) this.#work(job, code)
    else if ('source' in job && job.source !== undefined) codes.ask(hash, job.source)
  }

  codeArrived(hash: CodeHash): void {
    for (const job of this.#options.jobs()) if (job.offer.hash === hash) this.fetch(job)
  }

  #isKnown({ offer }: Job): boolean {
    for (const job of this.#options.jobs()) if (job.offer.job === offer.job) return true
    return false
  }

  #work(job: Job, code: Uint8Array): void {
    const engaged = this.#engaged
    if (engaged === undefined) return
    const { self, clock, events, jobs, limits } = this.#options
    const { offer, share } = job
    const { payloadBytes } = limits
    const now = () => clock.now()
    const done = (attempt: number, outcome: Outcome, ms: number) => {
      if (outcome.ok) this.computed++
      events.emit('worked', offer, ms, outcome.ok)
      job.outcome(undefined, self, attempt, outcome)
    }
    const freed = () => {
      for (const other of jobs()) other.share.lending.dispatch()
    }
    share.work(new LocalWorker({ ...engaged, self, offer, code, payloadBytes, now, done, freed }))
    if (job instanceof Relay) job.ask()
    events.emit('work-start', offer)
  }
}
