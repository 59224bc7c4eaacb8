import type { Clock } from '@pigeon/transport'

/** Options of {@link Liveness}. */
export interface LivenessOptions {
  clock: Clock
  /** As {@link WebRtcLinksOptions.heartbeatMs}. */
  heartbeatMs: number
  /** As {@link WebRtcLinksOptions.silenceTimeoutMs}. */
  silenceTimeoutMs: number
  /** Nothing came for half a heartbeat: ask the other side. */
  ping: () => void
  /** Nothing came for too long. */
  timeout: () => void
}

/**
 * Notices that the other side fell silent. It pings rather than waits for the other's timer, since
 * a browser slows down timers of a hidden page but not its messages.
 *
 * A late timer does not kill: besides the time, half of the looks at the link must have found it
 * silent, and while the event loop stands still nobody looks.
 */
export class Liveness {
  readonly #options: LivenessOptions
  readonly #lookMs: number
  readonly #missesMin: number
  #lastHeard: number
  #heard = false
  #misses = 0
  #cancel: () => void

  constructor(options: LivenessOptions) {
    this.#options = options
    this.#lookMs = options.heartbeatMs / 2
    this.#missesMin = Math.floor(options.silenceTimeoutMs / options.heartbeatMs)
    this.#lastHeard = options.clock.now()
    this.#cancel = options.clock.after(this.#lookMs, () => this.#look())
  }

  /** Something arrived. */
  heard(): void {
    this.#heard = true
    this.#misses = 0
    this.#lastHeard = this.#options.clock.now()
  }

  stop(): void {
    this.#cancel()
  }

  #look(): void {
    const { clock, silenceTimeoutMs, ping, timeout } = this.#options
    const leftMs = this.#lastHeard + silenceTimeoutMs - clock.now()
    if (!this.#heard) this.#misses++
    if (leftMs <= 0 && this.#misses >= this.#missesMin) {
      timeout()
      return
    }
    const nextMs = leftMs > 0 ? Math.min(this.#lookMs, leftMs) : this.#lookMs
    this.#cancel = clock.after(nextMs, () => this.#look())
    if (!this.#heard) ping()
    this.#heard = false
  }
}
