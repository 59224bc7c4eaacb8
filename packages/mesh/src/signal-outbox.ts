import type { Clock, Signal } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { MAX_SIGNALS } from './messages.ts'

/** An offer or answer waits this long for the addresses that engines find right after it, ms. */
const GATHER_MS = 20

/** Puts the signals for one peer that come close together into one message. */
export class SignalOutbox {
  readonly #clock: Clock
  readonly #send: (to: PeerId, signals: readonly Signal[]) => void
  /** As many as there are links being made. */
  readonly #waiting = new Map<PeerId, { signals: Signal[]; cancel: () => void }>()

  constructor(clock: Clock, send: (to: PeerId, signals: readonly Signal[]) => void) {
    this.#clock = clock
    this.#send = send
  }

  add(to: PeerId, signal: Signal): void {
    const waiting = this.#waiting.get(to)
    if (waiting === undefined) {
      const cancel = this.#clock.after(GATHER_MS, () => this.#flush(to))
      this.#waiting.set(to, { signals: [signal], cancel })
    } else {
      waiting.signals.push(signal)
      if (waiting.signals.length === MAX_SIGNALS) this.#flush(to)
    }
  }

  close(): void {
    for (const { cancel } of this.#waiting.values()) cancel()
    this.#waiting.clear()
  }

  #flush(to: PeerId): void {
    const waiting = this.#waiting.get(to)
    if (waiting === undefined) return
    waiting.cancel()
    this.#waiting.delete(to)
    this.#send(to, waiting.signals)
  }
}
