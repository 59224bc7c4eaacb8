import { Meter } from './meter.ts'

/** Tasks beside those being computed that anybody may hold. */
const EXTRA_LIMIT = 256

/**
 * How many tasks a node asks for: as many as are computed at once below it, and as many more as are
 * computed while an answer goes up and the next task comes down. Both are learned.
 */
export class Credit {
  readonly #meter: Meter
  #roundTripMs = 0
  #told = 0

  constructor(now: number) {
    this.#meter = new Meter(now)
  }

  /** A task was done. */
  done(now: number): void {
    this.#meter.count(now)
  }

  /** An answer of the next node towards the submitter took so long, ms. */
  heard(roundTripMs: number): void {
    this.#roundTripMs =
      this.#roundTripMs === 0 ? roundTripMs : 0.75 * this.#roundTripMs + 0.25 * roundTripMs
  }

  /** What was told was not heard. */
  forget(): void {
    this.#told = 0
  }

  /**
   * @param capacity tasks that are computed at once
   * @returns what to ask for, if that should be told
   */
  next(capacity: number, max: number, now: number): number | undefined {
    const extra = Math.min(EXTRA_LIMIT, Math.ceil(this.#meter.rate(now) * this.#roundTripMs))
    const wanted = capacity === 0 ? 0 : Math.min(max, capacity + Math.max(1, extra))
    // A little less than was told is not worth a frame.
    const isClose = wanted <= this.#told && wanted > 0.75 * this.#told
    if (wanted === this.#told || isClose) return undefined
    this.#told = wanted
    return wanted
  }
}
