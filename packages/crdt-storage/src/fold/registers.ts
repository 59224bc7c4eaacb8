import { inOrder, type Node } from '../authority/node.ts'
import type { Fold } from './fold.ts'
import type { Data, Item } from './items.ts'
import { Pieces } from './pieces.ts'
import type { State } from './state.ts'

/** A value and the entry that set it. */
export interface Written {
  readonly node: Node
  /** None if the key was deleted. */
  readonly bytes: Uint8Array | undefined
}

/** Keys and values: whoever had seen the other's wins, else the one later in the common order. */
export class Registers implements Fold {
  readonly #values = new Map<string, Written>()
  readonly #pieces = new Pieces()
  readonly #changed: (name: string) => void

  constructor(changed: (name: string) => void) {
    this.#changed = changed
  }

  save({ values, openValues }: State): void {
    for (const [name, written] of this.#values) values.set(name, written)
    for (const [key, pieces] of this.#pieces.open) openValues.set(key, pieces)
  }

  restore({ values, openValues }: State): void {
    this.#pieces.restore(openValues)
    for (const [name, written] of values) {
      this.#values.set(name, written)
      this.#changed(name)
    }
  }

  reset(): void {
    this.#pieces.clear()
    this.#values.clear()
  }

  apply(node: Node, { items }: Data): void {
    for (const item of items) {
      if (item.type !== 'put') continue
      const bytes = this.#whole(node, item)
      if (bytes === 'more') continue
      const known = this.#values.get(item.name)
      if (known !== undefined && known.node !== node && inOrder(known.node, node) > 0) continue
      this.#values.set(item.name, { node, bytes })
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

  #whole({ chain }: Node, item: Extract<Item, { type: 'put' }>): Uint8Array | undefined | 'more' {
    if (item.bytes === undefined) return undefined
    return this.#pieces.take(`${chain}/${item.name}`, item.bytes, item.more === true) ?? 'more'
  }
}
