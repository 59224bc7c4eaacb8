import type { CloseReason } from '@pigeon/transport'
import type { Core } from './core.ts'
import type { Neighbour } from './neighbour.ts'
import type { Places } from './places.ts'

/** How many times longer a node whose clockwork is late waits for others, at most. */
const SLOWEST = 4

/** What {@link Heart} does at each beat. */
export interface HeartWorld {
  /** A neighbour was silent for too long, or a parent had no root for too long. */
  silent(neighbour: Neighbour, reason: CloseReason): void
  /** Once in `pulseMs`. */
  beat(): void
}

/** The clockwork of a node: notices silence, and sets the pace of what is said again and again. */
export class Heart {
  readonly #core: Core
  readonly #places: Places
  readonly #world: HeartWorld
  #tickedAt = 0
  #odd = false

  constructor(core: Core, places: Places, world: HeartWorld) {
    this.#core = core
    this.#places = places
    this.#world = world
  }

  /** Begins, or goes on; nodes that start together do not beat together. */
  start(): void {
    const core = this.#core
    if (core.timers.has('heart')) return
    this.#tickedAt = core.now()
    this.#set(core.fraction() * this.#everyMs)
  }

  get #everyMs(): number {
    return this.#core.limits.pulseMs / 2
  }

  #set(ms: number): void {
    this.#core.timers.set('heart', ms, () => this.#tick())
  }

  #tick(): void {
    const core = this.#core
    this.#set(this.#everyMs)
    this.#listen()
    this.#tickedAt = core.now()
    this.#odd = !this.#odd
    if (this.#odd && !core.closed) this.#world.beat()
  }

  #listen(): void {
    const core = this.#core
    const { silenceMs, patienceMs, pulseMs } = core.limits
    const now = core.now()
    const { parent } = core
    // Who stood still cannot tell who was silent.
    const sinceMs = now - this.#tickedAt
    const stoodStill = sinceMs > this.#everyMs + pulseMs
    const slowness = (core.slowness + sinceMs / this.#everyMs) / 2
    core.slowness = Math.min(SLOWEST, Math.max(1, slowness))
    const silence = core.patient(silenceMs)
    for (const child of [...this.#places.children.values()]) {
      if (stoodStill) child.heardAt = now
      else if (now - child.heardAt >= silence) this.#world.silent(child, 'timeout')
    }
    if (parent === undefined) return
    if (stoodStill) {
      parent.heardAt = now
      core.freshAt = now
    } else if (now - parent.heardAt >= silence || now - core.freshAt >= patienceMs) {
      this.#world.silent(parent, 'timeout')
    }
  }
}
