import { inOrder, type Node } from '../authority/node.ts'
import type { Fold } from './fold.ts'
import type { Data } from './items.ts'

/** A value and the entry that set it. */
export interface Written {
  readonly node: Node
  /** None if the key was deleted. */
  readonly bytes: Uint8Array | undefined
}

/** Keys and values: whoever had seen the other's wins, else the one later in the common order. */
export class Registers implements Fold {
  readonly #values = new Map<string, Written>()
  readonly #changed: (name: string) => void

  constructor(changed: (name: string) => void) {
    this.#changed = changed
  }

  reset(): void {
    this.#values.clear()
  }

  apply(node: Node, { items }: Data): void {
    for (const item of items) {
      if (item.type !== 'put') continue
      const known = this.#values.get(item.name)
      if (known !== undefined && known.node !== node && inOrder(known.node, node) > 0) continue
      this.#values.set(item.name, { node, bytes: item.bytes })
      this.#changed(item.name)
    }
  }

  get(name: string): Written | undefined {
    return this.#values.get(name)
  }

  /** Keys that have a value. */
  get names(): string[] {
    return [...this.#values].filter(([, { bytes }]) => bytes !== undefined).map(([name]) => name)
  }
}
