import type { Clock } from '@pigeon/transport'
import { EventKind } from './event-kind.ts'
import type { EventHandler } from './event-queue.ts'
import type { Host } from './host.ts'

/** The clock of one life of a host: skewed, drifting and slow as the host is. */
export class HostClock implements Clock, EventHandler {
  readonly #host: Host
  readonly #life: number
  #latest = 0

  constructor(host: Host, life: number) {
    this.#host = host
    this.#life = life
  }

  now(): number {
    const { simulation, skewMs, drift } = this.#host
    const time = simulation.startAt + simulation.now * (1 + drift) + skewMs
    if (time > this.#latest) this.#latest = time // a clock never goes back
    return this.#latest
  }

  after(ms: number, run: () => void): () => void {
    const { simulation, drift, slowdown, life, state } = this.#host
    if (life !== this.#life || state === 'down') return () => {}
    const waitMs = (Math.max(0, ms) * slowdown) / (1 + drift)
    const timer: Timer = { run, cancelled: false }
    const ticket = simulation.schedule(simulation.now + waitMs, this, EventKind.timer, timer)
    return () => {
      timer.cancelled = true // it may wait in the backlog of a paused host
      simulation.cancel(ticket)
    }
  }

  handle(kind: number, payload: unknown): void {
    const host = this.#host
    const timer = payload as Timer
    if (timer.cancelled || !host.admits(this.#life, this, kind, payload)) return
    host.simulation.trace.record(host.simulation.now, kind, host.index, host.index, 0)
    timer.run()
  }
}

interface Timer {
  readonly run: () => void
  cancelled: boolean
}
