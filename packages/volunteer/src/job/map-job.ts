import { utf8ToBytes } from '@noble/hashes/utils.js'
import { type Clock, type Random, Timers } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { VolunteerError } from '../errors.ts'
import type { Outcome } from '../failure.ts'
import type { Offer } from '../frames.ts'
import type { JobId } from '../ids.ts'
import { blame, type Task } from '../lending.ts'
import type { Limits } from '../limits.ts'
import { Meter } from '../meter.ts'
import type { Neighbour } from '../neighbour.ts'
import type { OwnJob } from '../own-job.ts'
import { Share } from '../share.ts'
import { decodeValue, encodeValue } from '../values.ts'
import type { Checkpoint } from './checkpoint.ts'
import { Delivery } from './delivery.ts'
import type { DeadLetter, Entry } from './entry.ts'
import { offerOf } from './offer-of.ts'
import { type Inputs, type MapLimits, type MapOptions, resolveMapLimits } from './options.ts'
import { Reader } from './reader.ts'
import type { JobStats } from './stats.ts'
import { Trials } from './trials.ts'
import { Workers } from './workers.ts'

/** How often leases, copies and parked tasks are looked at, ms. */
const TICK_MS = 250

/** What a {@link MapJob} is given by its volunteer. */
export interface MapJobWorld {
  readonly job: JobId
  readonly self: PeerId
  readonly limits: Limits
  readonly clock: Clock
  readonly random: Random
  /** It is over. */
  ended(): void
}

/**
 * A job: its results, in order, and how far it is.
 *
 * Invariants: each input has one result or is put aside once; what was read and not handed out is
 * never more than `window`; who reads no results is not computed for without end.
 */
export class MapJob<I, O> implements AsyncIterable<O>, OwnJob {
  readonly offer: Offer
  readonly code: Uint8Array
  readonly share: Share
  seq = 1
  readonly #options: MapOptions
  readonly #limits: MapLimits
  readonly #world: MapJobWorld
  readonly #timers: Timers
  readonly #reader: Reader<I>
  readonly #delivery: Delivery<Entry<I, O>>
  readonly #trials: Trials<I>
  readonly #dead: DeadLetter<I>[] = []
  readonly #workers: Workers
  readonly #meter: Meter
  readonly #startedAt: number
  #done = 0
  #buried = 0
  #endedAt: number | undefined
  readonly #abort = () => this.cancel()

  /** @throws RangeError that names the option and what it got */
  constructor(inputs: Inputs<I>, options: MapOptions, world: MapJobWorld) {
    const { job, self, limits, clock, random } = world
    this.#options = options
    this.#limits = resolveMapLimits(options)
    this.#world = world
    this.code = utf8ToBytes(options.code)
    if (this.code.length > limits.codeBytes) {
      throw new RangeError(`at most ${limits.codeBytes} bytes of code, got ${this.code.length}`)
    }
    const { timeoutMs } = this.#limits
    this.offer = offerOf({ job, submitter: self, code: this.code, timeoutMs }, options)
    this.share = new Share(job, limits.inFlight, {
      nobody: ({ attempt }) => this.#trials.nobody(attempt),
      lent: ({ attempt }) => this.#trials.lent(attempt),
    })
    this.#timers = new Timers(clock)
    this.#reader = new Reader(inputs)
    this.#workers = new Workers(this.#limits.workers)
    this.#trials = new Trials({
      share: this.share,
      options,
      limits: this.#limits,
      workers: this.#workers,
      clock,
      random,
      accepted: (index, payload) => this.#accept(index, payload),
      buried: (letter) => this.#bury(letter),
    })
    this.#startedAt = clock.now()
    this.#meter = new Meter(this.#startedAt)
    const { ordered = true } = options
    this.#delivery = new Delivery(ordered, this.#limits.window, () => this.#fill())
    options.signal?.addEventListener('abort', this.#abort)
    if (options.signal?.aborted === true) this.cancel()
    else this.#tick()
  }

  /** The results, without those of tasks that were put aside. To be read once. */
  async *[Symbol.asyncIterator](): AsyncIterator<O> {
    for await (const entry of this.entries()) if ('value' in entry) yield entry.value
  }

  /** What came of each input: its result, or why there is none. To be read once. */
  async *entries(): AsyncIterable<Entry<I, O>> {
    try {
      for (let next = await this.#delivery.take(); !next.done; next = await this.#delivery.take()) {
        yield next.value
      }
    } finally {
      // Who stops to read wants no more.
      this.cancel()
    }
  }

  /** Tasks that were put aside, the first `deadLetters` of them. */
  get deadLetters(): readonly DeadLetter<I>[] {
    return this.#dead
  }

  /** Workers whose results others contradicted, the worst first. They are asked last. */
  get suspects(): readonly PeerId[] {
    return this.#workers.suspects()
  }

  get isOver(): boolean {
    return this.#endedAt !== undefined
  }

  /** How far it is. */
  get stats(): JobStats {
    const now = this.#endedAt ?? this.#world.clock.now()
    const { total } = this.#options
    const [done, dead] = [this.#done, this.#buried]
    const perMs = this.#meter.rate(now)
    const left = total === undefined ? undefined : Math.max(0, total - done - dead)
    return {
      ...this.#trials.counts,
      done,
      dead,
      read: this.#delivery.read,
      lent: this.share.lending.lent,
      queued: this.share.lending.queued + this.#trials.parked,
      waiting: this.#delivery.waiting,
      perSecond: perMs * 1000,
      elapsedMs: now - this.#startedAt,
      leftMs: left === undefined || perMs === 0 ? undefined : left / perMs,
      workers: this.#workers.list(),
      isOver: this.isOver,
    }
  }

  /** How far it is, again and again until it is over. @param everyMs default 1,000 */
  async *statistics(everyMs = 1000): AsyncIterable<JobStats> {
    for (;;) {
      const stats = this.stats
      yield stats
      if (stats.isOver) return
      await new Promise<void>((resolve) => void this.#world.clock.after(everyMs, resolve))
    }
  }

  /** Ends it: nobody computes for it any more, and reading on fails with `VOLUNTEER_ABORTED`. */
  cancel(): void {
    this.fail(new VolunteerError('VOLUNTEER_ABORTED', 'the job was cancelled'))
  }

  fail(error: VolunteerError): void {
    if (this.#endedAt !== undefined) return
    this.#end()
    this.#delivery.fail(error)
  }

  want(neighbour: Neighbour, limit: number): void {
    this.share.want(neighbour, limit)
    this.#fill()
  }

  gone(neighbour: Neighbour): void {
    this.#lost(this.share.leave(neighbour))
  }

  rest(): void {
    this.#lost(this.share.rest())
  }

  outcome(from: Neighbour | undefined, worker: PeerId, attempt: number, outcome: Outcome): boolean {
    const wasWaitedFor = this.#trials.outcome(from, worker, attempt, outcome)
    if (!wasWaitedFor) return false
    this.share.lending.dispatch()
    this.#fill()
    return true
  }

  #lost(tasks: readonly Task[]): void {
    for (const { attempt } of tasks) this.#trials.lose(attempt, 'its way was lost', blame(tasks))
  }

  /** Reads inputs while somebody is free to compute them. */
  #fill(): void {
    void this.#reader.read(
      () => this.share.lending.demand > 0 && this.#delivery.isOpen,
      (input) => this.#took(input),
      (error) => {
        if (error === undefined) {
          this.#delivery.close()
          this.#settled()
        } else
          this.fail(new VolunteerError('VOLUNTEER_INPUT', 'its input failed', { cause: error }))
      },
    )
  }

  #took(input: I): void | Promise<void> {
    const payload = encodeValue(input)
    const { payloadBytes } = this.#world.limits
    if (payload.length > payloadBytes) {
      throw new RangeError(`at most ${payloadBytes} bytes an input, got ${payload.length}`)
    }
    const index = this.#delivery.next()
    const { checkpoint } = this.#options
    if (checkpoint === undefined) this.#trials.start(index, input, payload)
    else return this.#resume(checkpoint, index, input, payload)
  }

  /** Takes the result that is kept, if there is one. */
  async #resume(from: Checkpoint, index: number, input: I, payload: Uint8Array): Promise<void> {
    const known = await from.get(index)
    if (this.#endedAt !== undefined) return
    if (known === undefined) this.#trials.start(index, input, payload)
    else this.#hand(index, known)
  }

  #accept(index: number, payload: Uint8Array): void {
    const kept = this.#options.checkpoint?.put(index, payload)
    if (kept === undefined) this.#hand(index, payload)
    else {
      kept.then(
        () => this.#hand(index, payload),
        (cause) => this.fail(new VolunteerError('VOLUNTEER_INPUT', 'no checkpoint', { cause })),
      )
    }
  }

  #bury(dead: DeadLetter<I>): void {
    this.#buried++
    if (this.#dead.length < this.#limits.deadLetters) this.#dead.push(dead)
    this.#delivery.put(dead.index, { index: dead.index, dead })
    this.#settled()
  }

  #hand(index: number, payload: Uint8Array): void {
    if (this.#endedAt !== undefined) return
    this.#done++
    this.#meter.count(this.#world.clock.now())
    this.#delivery.put(index, { index, value: decodeValue(payload) as O })
    this.#settled()
  }

  /** Ends it when all is settled. */
  #settled(): void {
    const isSettled = this.#done + this.#buried === this.#delivery.read
    if (this.#reader.isOver && isSettled) this.#end()
  }

  #end(): void {
    if (this.#endedAt !== undefined) return
    this.#endedAt = this.#world.clock.now()
    this.#reader.stop()
    this.#timers.stopAll()
    this.share.end()
    this.#trials.clear()
    this.#options.signal?.removeEventListener('abort', this.#abort)
    this.#world.ended()
  }

  #tick(): void {
    this.#trials.review(this.#reader.isOver)
    this.#fill()
    if (this.#endedAt === undefined) this.#timers.set('tick', TICK_MS, () => this.#tick())
  }
}
