/** The time that counts, ms. */
const WINDOW_MS = 4000

/** Samples are at least this far apart, ms. */
const SAMPLE_MS = 250

/** How fast a count has grown lately. */
export class Speed {
  readonly #samples: { at: number; total: number }[] = []

  add(at: number, total: number): void {
    const last = this.#samples.at(-1)
    if (last !== undefined && at - last.at < SAMPLE_MS) return
    this.#samples.push({ at, total })
    while ((this.#samples[1]?.at ?? at) < at - WINDOW_MS) this.#samples.shift()
  }

  /** Per second, 0 while too little is known. */
  perSecond(at: number, total: number): number {
    const first = this.#samples[0]
    if (first === undefined || at - first.at < SAMPLE_MS) return 0
    return ((total - first.total) / (at - first.at)) * 1000
  }
}
