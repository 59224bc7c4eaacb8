import type { DocumentEngine } from './engine.ts'

/** How far one entry may move its author's changes on. */
const MAX_SPAN = 2 ** 22

/**
 * Whether an update is nothing but its author's own next changes. What it may not hold: changes in
 * another's name, or the same number twice.
 */
export class Spans {
  readonly #engine: DocumentEngine
  /** The next change of each document and client. */
  readonly #next = new Map<string, number>()

  constructor(engine: DocumentEngine) {
    this.#engine = engine
  }

  get next(): ReadonlyMap<string, number> {
    return this.#next
  }

  restore(next: ReadonlyMap<string, number>): void {
    for (const [key, at] of next) this.#next.set(key, at)
  }

  reset(): void {
    this.#next.clear()
  }

  /** @returns whether it is; then the next one must go on behind it */
  take(name: string, client: number, update: Uint8Array): boolean {
    try {
      const spans = this.#engine.inspect(update)
      if (spans.length === 0) return true
      const [span] = spans
      const key = `${client}/${name}`
      if (span === undefined || spans.length > 1 || span.client !== client) return false
      if (span.from !== (this.#next.get(key) ?? 0) || span.to - span.from > MAX_SPAN) return false
      this.#next.set(key, span.to)
      return true
    } catch {
      return false
    }
  }
}
