import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'

/** Above this the process cannot keep its promises, ms. */
const HIGH_MS = 500

/** How long one measurement counts, ms. */
const WINDOW_MS = 5000

const RESOLUTION_MS = 20

/** How far this process is behind its time. */
export class LoopDelay {
  readonly #histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  #since = performance.now()
  #before = 0

  constructor() {
    this.#histogram.enable()
  }

  /** Whether the slowest hundredth of the last seconds waited for more than half a second. */
  get isHigh(): boolean {
    const present = this.#histogram.percentile(99) / 1e6
    const high = Math.max(present, this.#before) > HIGH_MS
    if (performance.now() - this.#since > WINDOW_MS) {
      this.#before = present
      this.#since = performance.now()
      this.#histogram.reset()
    }
    return high
  }

  stop(): void {
    this.#histogram.disable()
  }
}
