import type { Clock } from '@pigeon/transport'
import type { RtcPeer } from './engine.ts'
import { isRelayed, type LinkStats } from './link-stats.ts'
import { pathOf } from './path.ts'
import { RoundTrips } from './round-trips.ts'

/** How long an answer that is waited for may take, ms. */
const ANSWER_MS = 2000

/** Counts what goes through a link, and measures how long it takes. */
export class Meter {
  readonly #clock: Clock
  readonly #sendPing: () => void
  readonly #trips = new RoundTrips()
  #sentBytes = 0
  #receivedBytes = 0

  constructor(clock: Clock, sendPing: () => void) {
    this.#clock = clock
    this.#sendPing = sendPing
  }

  ping(answered?: (ms: number) => void): void {
    this.#trips.pinged(this.#clock.now(), answered)
    this.#sendPing()
  }

  ponged(): void {
    this.#trips.ponged(this.#clock.now())
  }

  sent(bytes: number): void {
    this.#sentBytes += bytes
  }

  received(bytes: number): void {
    this.#receivedBytes += bytes
  }

  async stats(peer: RtcPeer | undefined, outstandingBytes: number): Promise<LinkStats> {
    const answered = new Promise<number | undefined>((resolve) => {
      const cancel = this.#clock.after(ANSWER_MS, () => resolve(undefined))
      this.ping((ms) => {
        cancel()
        resolve(ms)
      })
    })
    const [rttMs, path] = await Promise.all([answered, pathOf(peer)])
    const [sentBytes, receivedBytes] = [this.#sentBytes, this.#receivedBytes]
    return { rttMs, path, isRelayed: isRelayed(path), sentBytes, receivedBytes, outstandingBytes }
  }
}
