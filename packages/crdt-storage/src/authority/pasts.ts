import type { Node } from './node.ts'

/** How many pasts are kept; others are walked again. */
const KEPT = 256

/** What came before what. Walks the graph where a look at the chain does not tell. */
export class Pasts {
  /** By node, those asked for last at the end: a bit for each index. */
  readonly #kept = new Map<Node, Uint8Array>()

  /** Whether `node` is in the past of `later`. */
  has(node: Node, later: Node): boolean {
    if (node.index >= later.index) return false
    if (later.prev === node || later.parents.includes(node)) return true
    return (((this.of(later)[node.index >>> 3] ?? 0) >>> (node.index & 7)) & 1) === 1
  }

  /** The past of `node`, a bit for each index. */
  of(node: Node): Uint8Array {
    let bits = this.#kept.get(node)
    this.#kept.delete(node)
    if (bits === undefined) {
      bits = walk(node)
      for (const oldest of this.#kept.keys()) {
        if (this.#kept.size < KEPT) break
        this.#kept.delete(oldest)
      }
    }
    this.#kept.set(node, bits)
    return bits
  }
}

function walk(node: Node): Uint8Array {
  const bits = new Uint8Array((node.index >>> 3) + 1)
  const open = [...node.parents]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const at = next.index >>> 3
    const bit = 1 << (next.index & 7)
    if (((bits[at] ?? 0) & bit) !== 0) continue
    bits[at] = (bits[at] ?? 0) | bit
    for (const parent of next.parents) open.push(parent)
  }
  return bits
}
