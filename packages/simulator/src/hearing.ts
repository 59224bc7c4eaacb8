import { EventKind } from './event-kind.ts'
import type { EventHandler } from './event-queue.ts'
import type { Profile } from './profile.ts'
import { HOLDS } from './unheard.ts'

/** How long the other side has to answer when it is asked for a sign of life, ms. */
const ANSWER_MS = 1500

/** Whoever listens; it gives the events that are meant for its {@link Hearing} back. */
export interface Listener extends EventHandler {
  readonly profile: Profile
  /** How long a sign of life is on its way, ms. */
  readonly latencyMs: number
  /** @param kind `suspect`, `recovered`, or `silence` for one that lasted too long */
  noticed(kind: number): void
}

/**
 * Whether an end hears the other, and what becomes of it if not: it is suspect, then over, unless
 * it is heard again. As on a real link, a host that stood still gives the other side time to answer.
 */
export class Hearing {
  readonly #listener: Listener
  /** Why nothing is heard, `Unheard` bits. */
  #reasons = 0
  #suspect = false
  /** When it becomes suspect, and when it is over, by the simulation's time. */
  #suspectAt = 0
  #overAt = 0
  /** The event of the next of the two. */
  #next = 0

  constructor(listener: Listener) {
    this.#listener = listener
  }

  /** Whether what is on its way stays there. */
  get holds(): boolean {
    return (this.#reasons & HOLDS) !== 0
  }

  /**
   * Adds or removes a reason not to hear.
   * @returns false if that was so before
   */
  set(reason: number, heard: boolean): boolean {
    const before = this.#reasons
    this.#reasons = heard ? before & ~reason : before | reason
    if (this.#reasons === before) return false
    if (before === 0) this.#begin()
    else if (this.#reasons === 0) this.#end()
    return true
  }

  /** Asks for a sign of life. */
  check(): void {
    if (this.#reasons === 0 || this.#suspect) return
    const { simulation } = this.#listener.profile
    simulation.cancel(this.#next)
    this.#suspectAt = Math.min(this.#suspectAt, simulation.now + ANSWER_MS)
    this.#schedule()
  }

  /** Nothing follows any more. */
  stop(): void {
    if (this.#reasons !== 0) this.#listener.profile.simulation.cancel(this.#next)
  }

  /** An event came back. */
  due(kind: number): void {
    const { now } = this.#listener.profile.simulation
    if (kind === EventKind.recovered) {
      if (this.#reasons === 0 && this.#suspect) this.#notice(kind)
      return
    }
    const at = kind === EventKind.suspect ? this.#suspectAt : this.#overAt
    if (this.#reasons === 0 || now < at) return // of a time before it was heard again
    if (now > at) this.#postpone()
    else this.#notice(kind)
  }

  #begin(): void {
    const { simulation, suspectMs, silenceMs } = this.#listener.profile
    this.#suspectAt = simulation.now + suspectMs
    this.#overAt = simulation.now + silenceMs
    this.#schedule()
  }

  #end(): void {
    const { profile, latencyMs } = this.#listener
    const { simulation } = profile
    simulation.cancel(this.#next)
    if (!this.#suspect) return
    simulation.schedule(simulation.now + latencyMs, this.#listener, EventKind.recovered)
  }

  #notice(kind: number): void {
    this.#suspect = kind === EventKind.suspect
    if (this.#suspect) this.#schedule()
    this.#listener.noticed(kind)
  }

  /** The host stood still when it was due. */
  #postpone(): void {
    const { simulation, suspectMs, silenceMs } = this.#listener.profile
    this.#suspectAt = simulation.now + ANSWER_MS
    const leftMs = this.#suspect ? 0 : Math.max(0, silenceMs - suspectMs)
    this.#overAt = this.#suspectAt + leftMs
    this.#schedule()
  }

  #schedule(): void {
    const over = this.#suspect || this.#suspectAt >= this.#overAt
    const at = over ? this.#overAt : this.#suspectAt
    const kind = over ? EventKind.silence : EventKind.suspect
    this.#next = this.#listener.profile.simulation.schedule(at, this.#listener, kind)
  }
}
