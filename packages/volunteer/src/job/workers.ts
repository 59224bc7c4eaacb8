import type { PeerId } from '@pigeon/xor'
import type { WorkerStats } from './stats.ts'

interface Counts {
  done: number
  failed: number
  contradicted: number
}

/** Who did what, and who is not to be trusted. */
export class Workers {
  readonly #counts = new Map<PeerId, Counts>()
  readonly #limit: number
  #suspects: PeerId[] | undefined = []

  constructor(limit: number) {
    this.#limit = limit
  }

  count(worker: PeerId, what: keyof Counts): void {
    const counts = this.#counts.get(worker) ?? { done: 0, failed: 0, contradicted: 0 }
    counts[what]++
    if (what === 'contradicted') this.#suspects = undefined
    // Who did something last is kept.
    this.#counts.delete(worker)
    this.#counts.set(worker, counts)
    for (const oldest of this.#counts.keys()) {
      if (this.#counts.size <= this.#limit) break
      this.#counts.delete(oldest)
    }
  }

  list(): WorkerStats[] {
    return [...this.#counts].map(([id, counts]) => ({ id, ...counts }))
  }

  /** Whose results others contradicted, the worst first. */
  suspects(): readonly PeerId[] {
    this.#suspects ??= this.list()
      .filter(({ contradicted }) => contradicted > 0)
      .sort((a, b) => b.contradicted - a.contradicted)
      .map(({ id }) => id)
    return this.#suspects
  }
}
