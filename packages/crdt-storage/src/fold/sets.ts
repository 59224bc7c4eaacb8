import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import type { Node } from '../authority/node.ts'
import type { Fold } from './fold.ts'
import type { Data } from './items.ts'
import type { State } from './state.ts'

/**
 * Sets whose elements stay while somebody added them whom the remover had not heard of.
 * @see Shapiro et al. 2011, "A comprehensive study of convergent and commutative replicated data types", §3.3.5
 */
export class ObservedRemoveSets implements Fold {
  /** By set, then element as hex: the additions that stand. */
  readonly #sets = new Map<string, Map<string, Set<string>>>()
  readonly #changed: (name: string) => void
  readonly #isBefore: (id: string, node: Node) => boolean

  /** @param isBefore whether an entry is in the past of another; only such additions can be removed */
  constructor(changed: (name: string) => void, isBefore: (id: string, node: Node) => boolean) {
    this.#changed = changed
    this.#isBefore = isBefore
  }

  save({ sets }: State): void {
    for (const [name, elements] of this.#sets) sets.set(name, elements)
  }

  restore({ sets }: State): void {
    for (const [name, elements] of sets) {
      const copy = [...elements].map(([element, tags]) => [element, new Set(tags)] as const)
      this.#sets.set(name, new Map(copy))
      this.#changed(name)
    }
  }

  reset(): void {
    this.#sets.clear()
  }

  apply(node: Node, { items }: Data): void {
    for (const [at, item] of items.entries()) {
      if (item.type === 'add') this.#add(item.name, item.bytes, `${node.statement.id}.${at}`)
      else if (item.type === 'remove') this.#remove(item.name, this.#seen(item.tags, node))
      else continue
      this.#changed(item.name)
    }
  }

  /** The elements of a set, in the order of their bytes. */
  elements(name: string): Uint8Array[] {
    return [...(this.#sets.get(name)?.keys() ?? [])].sort().map(hexToBytes)
  }

  /** The additions of an element that stand: what removing it must name. */
  tags(name: string, element: Uint8Array): string[] {
    return [...(this.#sets.get(name)?.get(bytesToHex(element)) ?? [])]
  }

  #seen(tags: readonly string[], node: Node): ReadonlySet<string> {
    return new Set(tags.filter((tag) => this.#isBefore(tag.slice(0, 64), node)))
  }

  #add(name: string, element: Uint8Array, tag: string): void {
    const set = this.#sets.get(name) ?? new Map<string, Set<string>>()
    this.#sets.set(name, set)
    const hex = bytesToHex(element)
    set.set(hex, (set.get(hex) ?? new Set()).add(tag))
  }

  #remove(name: string, tags: ReadonlySet<string>): void {
    const set = this.#sets.get(name)
    for (const [element, standing] of set ?? []) {
      for (const tag of tags) standing.delete(tag)
      if (standing.size === 0) set?.delete(element)
    }
    if (set?.size === 0) this.#sets.delete(name)
  }
}
