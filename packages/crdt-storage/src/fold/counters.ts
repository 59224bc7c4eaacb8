import type { Node } from '../authority/node.ts'
import type { Fold } from './fold.ts'
import type { Data } from './items.ts'
import type { State } from './state.ts'

/** Counters: the sum of all that was added and taken away. */
export class Counters implements Fold {
  readonly #values = new Map<string, bigint>()
  readonly #changed: (name: string) => void

  constructor(changed: (name: string) => void) {
    this.#changed = changed
  }

  save({ counters }: State): void {
    for (const [name, value] of this.#values) counters.set(name, value)
  }

  restore({ counters }: State): void {
    for (const [name, value] of counters) {
      this.#values.set(name, value)
      this.#changed(name)
    }
  }

  reset(): void {
    this.#values.clear()
  }

  apply(_node: Node, { items }: Data): void {
    for (const item of items) {
      if (item.type !== 'count') continue
      this.#values.set(item.name, (this.#values.get(item.name) ?? 0n) + BigInt(item.by))
      this.#changed(item.name)
    }
  }

  /** Exact to 2^53. */
  value(name: string): number {
    return Number(this.#values.get(name) ?? 0n)
  }
}
