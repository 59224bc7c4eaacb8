import type { Clock } from '@pigeon/transport'
import { LATE_MS } from './punctual.ts'

/** A hub heard of within this time needs no check, ms. */
const RECENT_MS = 5000

/** How long the answer to a check may take, ms. */
const CHECK_MS = 2000

/** Options of {@link Heartbeat}. */
export interface HeartbeatOptions {
  clock: Clock
  /** After this long without sending or hearing anything a ping is due, ms. */
  intervalMs: number
  /** How long an answer may take, ms. */
  answerMs: number
  /** Unanswered pings in a row that mean the connection is dead. */
  misses: number
  /** Sends a ping. */
  ping: () => void
  /** The connection is dead; called once. */
  dead: () => void
}

/**
 * Keeps one connection alive and finds out when it is dead. Any message counts as a sign of life,
 * and a late timer (the machine slept, the page was in the background) starts the wait anew.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions
  #sentAt: number
  #heardAt: number
  #missed = 0
  #pingedAt: number | undefined
  #checking = false
  #cancel: () => void = () => {}

  constructor(options: HeartbeatOptions) {
    this.#options = options
    this.#sentAt = options.clock.now()
    this.#heardAt = this.#sentAt
    this.#arm(options.intervalMs)
  }

  /** Something was sent. */
  sent(): void {
    this.#sentAt = this.#options.clock.now()
  }

  /** Something arrived. */
  heard(): void {
    this.#heardAt = this.#options.clock.now()
    this.#pingedAt = undefined
    this.#missed = 0
    this.#checking = false
  }

  /** Wants an answer now, and soon. Does nothing if something was heard just before. */
  check(): void {
    const { clock, misses } = this.#options
    if (this.#checking || clock.now() - this.#heardAt < RECENT_MS) return
    this.#checking = true
    this.#missed = misses - 1
    this.#cancel()
    this.#ping()
  }

  /** Ends it; nothing is called any more. */
  stop(): void {
    this.#cancel()
  }

  #arm(ms: number): void {
    const due = this.#options.clock.now() + ms
    this.#cancel = this.#options.clock.after(ms, () => this.#tick(due))
  }

  #tick(due: number): void {
    const { clock, intervalMs, misses } = this.#options
    const now = clock.now()
    if (this.#pingedAt !== undefined) {
      if (now - due <= LATE_MS) this.#missed++
      if (this.#missed >= misses) {
        this.#options.dead()
        return
      }
      this.#ping()
      return
    }
    const idleMs = now - Math.min(this.#sentAt, this.#heardAt)
    if (idleMs >= intervalMs) this.#ping()
    else this.#arm(intervalMs - idleMs)
  }

  #ping(): void {
    this.#pingedAt = this.#options.clock.now()
    this.#sentAt = this.#pingedAt
    const { answerMs } = this.#options
    this.#arm(this.#checking ? Math.min(answerMs, CHECK_MS) : answerMs)
    this.#options.ping()
  }
}
