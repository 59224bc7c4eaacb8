import type { Clock, Signal } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { MAX_SIGNALS } from './messages.ts'

/** Engines find most addresses right after a description: a message goes once none came for this long, ms. */
const QUIET_MS = 40

/** No message waits longer than this for more, ms. */
const GATHER_MS = 100

/** Signals for one peer that wait to go in one message. */
interface Waiting {
  readonly signals: Signal[]
  readonly until: number
  cancel: () => void
}

/** Puts the signals for one peer that come close together into one message. */
export class SignalOutbox {
  readonly #clock: Clock
  readonly #send: (to: PeerId, signals: readonly Signal[]) => void
  /** As many as there are links being made. */
  readonly #waiting = new Map<PeerId, Waiting>()

  constructor(clock: Clock, send: (to: PeerId, signals: readonly Signal[]) => void) {
    this.#clock = clock
    this.#send = send
  }

  add(to: PeerId, signal: Signal): void {
    const now = this.#clock.now()
    const waiting = this.#waiting.get(to) ?? this.#begin(to, now + GATHER_MS)
    waiting.signals.push(signal)
    waiting.cancel()
    if (waiting.signals.length === MAX_SIGNALS) {
      this.#flush(to)
    } else {
      const waitMs = Math.max(0, Math.min(QUIET_MS, waiting.until - now))
      waiting.cancel = this.#clock.after(waitMs, () => this.#flush(to))
    }
  }

  close(): void {
    for (const { cancel } of this.#waiting.values()) cancel()
    this.#waiting.clear()
  }

  #begin(to: PeerId, until: number): Waiting {
    const waiting: Waiting = { signals: [], until, cancel: () => {} }
    this.#waiting.set(to, waiting)
    return waiting
  }

  #flush(to: PeerId): void {
    const waiting = this.#waiting.get(to)
    if (waiting === undefined) return
    waiting.cancel()
    this.#waiting.delete(to)
    this.#send(to, waiting.signals)
  }
}
