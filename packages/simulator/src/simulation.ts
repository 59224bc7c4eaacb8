import type { Clock } from '@pigeon/transport'
import { EventKind } from './event-kind.ts'
import { type EventHandler, EventQueue } from './event-queue.ts'
import { macrotask } from './macrotask.ts'
import { RandomStream } from './random-stream.ts'
import { Trace } from './trace.ts'

/** 2026-01-01T00:00:00Z. */
const DEFAULT_START_AT = 1_767_225_600_000

/** Options of {@link Simulation}. */
export interface SimulationOptions {
  /** Decides everything that is random: a whole number. */
  seed: number
  /** What the clock says at the beginning, ms since 1970. Default the first of January 2026. */
  startAt?: number
}

/**
 * Virtual time: what is to happen waits in one queue, and running takes it from there, one after
 * the other, without waiting for anything.
 *
 * Invariants: time never goes back; events of one time run in the order they were added; nothing
 * but the seed and the calls made decides what happens.
 */
export class Simulation {
  readonly seed: number
  readonly startAt: number
  /** The true time; hosts have clocks of their own. */
  readonly clock: Clock
  /** Every event leaves its mark here. */
  readonly trace: Trace
  readonly #queue = new EventQueue()
  readonly #streams = new Map<string, RandomStream>()
  #now = 0
  #events = 0

  /** @throws RangeError if the seed is not a whole number */
  constructor(options: SimulationOptions) {
    const { seed, startAt = DEFAULT_START_AT } = options
    if (!Number.isSafeInteger(seed)) throw new RangeError(`seed is a whole number, got ${seed}`)
    this.seed = seed
    this.startAt = startAt
    this.trace = new Trace(seed)
    this.clock = new TrueClock(this)
  }

  /** Virtual time since the beginning, ms. */
  get now(): number {
    return this.#now
  }

  /** Events that happened. */
  get events(): number {
    return this.#events
  }

  /** Events that wait. */
  get pending(): number {
    return this.#queue.size
  }

  /** Over all events so far, 16 hex characters: equal after equal runs. */
  get traceHash(): string {
    return this.trace.hash
  }

  /** The stream of that name, always the same one; what others draw does not change what it gives. */
  random(name: string): RandomStream {
    let stream = this.#streams.get(name)
    if (stream === undefined) {
      stream = new RandomStream(this.seed, name)
      this.#streams.set(name, stream)
    }
    return stream
  }

  /**
   * Adds an event without a closure; `clock.after` is the convenient way.
   * @param at by {@link now}; what lies in the past happens next
   * @param kind 64 to 255 are free to use; a handler may leave a mark of its own in {@link trace}
   * @returns a ticket for {@link cancel}
   */
  schedule(at: number, handler: EventHandler, kind: number, payload?: unknown): number {
    return this.#queue.add(Math.max(at, this.#now), handler, kind, payload)
  }

  /** @returns whether the event was still to come */
  cancel(ticket: number): boolean {
    return this.#queue.cancel(ticket)
  }

  /**
   * Runs everything up to `untilMs` by {@link now}, and lets time pass to there.
   * @throws Error that names seed and time, if an event throws
   */
  run(untilMs: number): void {
    this.#runWhile(untilMs, () => true)
    this.#now = Math.max(this.#now, untilMs)
  }

  /** As {@link run}, from now on. */
  runFor(ms: number): void {
    this.run(this.#now + ms)
  }

  /**
   * Runs until `check` holds, at most for `limitMs` more.
   * @param everyMs how often to check, in virtual time. Default 0: after every event
   * @returns whether it holds
   */
  runUntil(check: () => boolean, limitMs: number, everyMs = 0): boolean {
    const end = this.#now + limitMs
    if (check()) return true
    if (everyMs > 0) {
      while (this.#now < end) {
        this.run(Math.min(this.#now + everyMs, end))
        if (check()) return true
      }
      return false
    }
    let holds = false
    this.#runWhile(end, () => {
      holds = check()
      return !holds
    })
    if (!holds) this.#now = Math.max(this.#now, end)
    return holds || check()
  }

  /**
   * As {@link runUntil}, and lets promises settle before time moves on: for protocols that verify
   * asynchronously. Slower; and what settles them must not depend on the real world.
   */
  async runUntilAsync(check: () => boolean, limitMs: number): Promise<boolean> {
    const end = this.#now + limitMs
    for (;;) {
      await macrotask()
      if (check()) return true
      const next = this.#queue.peek()
      if (next > end) break
      this.run(next)
    }
    this.#now = end
    return check()
  }

  #runWhile(untilMs: number, goOn: () => boolean): void {
    const queue = this.#queue
    try {
      while (queue.peek() <= untilMs) {
        queue.pop()
        this.#now = queue.at
        this.#events++
        queue.handler?.handle(queue.kind, queue.payload)
        if (!goOn()) return
      }
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new Error(`seed ${this.seed}, ${this.#now} ms, event ${this.#events}: ${reason}`, {
        cause,
      })
    }
  }
}

class TrueClock implements Clock, EventHandler {
  readonly #simulation: Simulation

  constructor(simulation: Simulation) {
    this.#simulation = simulation
  }

  now(): number {
    return this.#simulation.startAt + this.#simulation.now
  }

  after(ms: number, run: () => void): () => void {
    const simulation = this.#simulation
    const ticket = simulation.schedule(simulation.now + ms, this, EventKind.timer, run)
    return () => void simulation.cancel(ticket)
  }

  handle(kind: number, run: unknown): void {
    this.#simulation.trace.record(this.#simulation.now, kind, -1, -1, 0)
    ;(run as () => void)()
  }
}
