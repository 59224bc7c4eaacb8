import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Reign } from '../bootstrap.ts'

/** How long the office is held without a word, ms. */
const LEASE_MS = 10_000

/** Who is root: held for ten seconds at a time, by one node. */
export class Office {
  readonly #clock: Clock
  #reign: Reign | undefined
  #until = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Who has, or had last, the office. */
  get root(): PeerId | undefined {
    return this.#reign?.root
  }

  /** Gives the office to `node`, if it is free or held by it. @returns who has it then */
  claim(node: PeerId, term: number): Reign {
    const now = this.#clock.now()
    const reign = this.#reign
    if (reign === undefined || reign.root === node || now >= this.#until) {
      this.#reign = {
        root: node,
        term: Math.max(term, reign?.root === node ? 0 : (reign?.term ?? 0) + 1),
      }
      this.#until = now + LEASE_MS
    }
    return this.#reign as Reign
  }

  resign(node: PeerId): void {
    if (this.#reign?.root === node) this.#until = Number.NEGATIVE_INFINITY
  }
}
