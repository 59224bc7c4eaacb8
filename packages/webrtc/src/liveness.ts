import type { Clock } from '@pigeon/transport'

/** How long an answer to {@link Liveness.check} may take, ms. */
const ANSWER_MS = 1500

/** Options of {@link Liveness}. */
export interface LivenessOptions {
  clock: Clock
  /** As {@link WebRtcLinksOptions.heartbeatMs}. */
  heartbeatMs: number
  /** As {@link WebRtcLinksOptions.suspectMs}. */
  suspectMs: number
  /** As {@link WebRtcLinksOptions.silenceTimeoutMs}. */
  silenceTimeoutMs: number
  /** Nothing came for half a heartbeat: ask the other side. */
  ping: () => void
  /** Nothing came for a while; {@link recovered} or {@link timeout} follows. */
  suspect: () => void
  /** Something came after all. */
  recovered: () => void
  /** Nothing came for too long. Nothing else is called after this. */
  timeout: () => void
}

/**
 * Notices that the other side fell silent. It pings rather than waits for the other's timer, since
 * a browser slows down timers of a hidden page but not its messages.
 *
 * A late timer neither suspects nor kills: besides the time, half of the looks at the link must
 * have found it silent, and while the event loop stands still nobody looks.
 */
export class Liveness {
  readonly #options: LivenessOptions
  readonly #lookMs: number
  #lastHeard: number
  /** Whether something came since the last look. */
  #heard = false
  /** Looks in a row that found nothing. */
  #misses = 0
  #suspect = false
  #cancelLook: () => void
  #cancelCheck: (() => void) | undefined

  constructor(options: LivenessOptions) {
    this.#options = options
    this.#lookMs = options.heartbeatMs / 2
    this.#lastHeard = options.clock.now()
    this.#cancelLook = options.clock.after(this.#lookMs, () => this.#look())
  }

  /** Something arrived. */
  heard(): void {
    this.#heard = true
    this.#misses = 0
    this.#lastHeard = this.#options.clock.now()
    this.#cancelCheck?.()
    this.#cancelCheck = undefined
    if (!this.#suspect) return
    this.#suspect = false
    this.#options.recovered()
  }

  /**
   * Pings at once. If no answer comes in {@link ANSWER_MS}, a side that was last heard of longer ago
   * than the silence allows is gone, and any other is suspect, however few looks there were.
   */
  check(): void {
    if (this.#cancelCheck !== undefined) return
    const { clock, silenceTimeoutMs, ping } = this.#options
    const isOverdue = this.#silentMs >= silenceTimeoutMs
    const dueAt = clock.now() + ANSWER_MS
    this.#cancelCheck = clock.after(ANSWER_MS, () => {
      this.#cancelCheck = undefined
      // Too late to tell: it was this side that stood still again.
      if (clock.now() - dueAt > ANSWER_MS) this.check()
      else if (isOverdue) this.#timeOut()
      else this.#becomeSuspect()
    })
    ping()
  }

  stop(): void {
    this.#cancelLook()
    this.#cancelCheck?.()
  }

  get #silentMs(): number {
    return this.#options.clock.now() - this.#lastHeard
  }

  #look(): void {
    const { clock, suspectMs, silenceTimeoutMs, ping } = this.#options
    if (!this.#heard) this.#misses++
    if (this.#isSilentFor(silenceTimeoutMs)) {
      this.#timeOut()
      return
    }
    const left = [suspectMs, silenceTimeoutMs].map((ms) => ms - this.#silentMs)
    const nextMs = Math.min(this.#lookMs, ...left.filter((ms) => ms > 0))
    this.#cancelLook = clock.after(nextMs, () => this.#look())
    if (!this.#heard) ping()
    this.#heard = false
    if (this.#isSilentFor(suspectMs)) this.#becomeSuspect()
  }

  #isSilentFor(ms: number): boolean {
    const missesMin = Math.floor(ms / this.#options.heartbeatMs)
    return this.#silentMs >= ms && this.#misses >= missesMin
  }

  #becomeSuspect(): void {
    if (this.#suspect) return
    this.#suspect = true
    this.#options.suspect()
  }

  #timeOut(): void {
    this.stop()
    this.#options.timeout()
  }
}
