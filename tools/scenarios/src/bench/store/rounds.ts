/** What both sides of a comparison store: 200 bytes a value. */
export const VALUE: Uint8Array = new Uint8Array(200).fill(7)

/** Keys that sort as they count. */
export const keyOf = (index: number): string => String(index).padStart(8, '0')

/** One thing measured: it does `entries` entries' worth of work and may be done again and again. */
export interface Measured {
  readonly metric: string
  readonly entries: number
  ours(round: number): Promise<unknown>
  theirs(round: number): Promise<unknown>
  readonly peerName: string
}

/** Times of both sides, µs for each entry. */
export interface Times {
  readonly metric: string
  readonly peerName: string
  readonly ours: number
  readonly theirs: number
}

/** Both sides by turns, seven times after one that warms up; the lowest of each: the others were disturbed. */
export async function measure(all: readonly Measured[]): Promise<Times[]> {
  const times: Times[] = []
  for (const { metric, peerName, entries, ours, theirs } of all) {
    const [a, b]: [number[], number[]] = [[], []]
    for (let round = 0; round < 8; round++) {
      a.push(await timeUs(() => ours(round)))
      b.push(await timeUs(() => theirs(round)))
    }
    const lowest = (samples: number[]): number => Math.min(...samples.slice(1)) / entries
    times.push({ metric, peerName, ours: lowest(a), theirs: lowest(b) })
  }
  return times
}

async function timeUs(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await run()
  return (performance.now() - started) * 1000
}

/** The numbers from 0 to below `count`. */
export const times = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
