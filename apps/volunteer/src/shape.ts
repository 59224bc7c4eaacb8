import type { TreeNode } from '@pigeon/tree-overlay'

const TOPIC = 'volunteer/shape'

/** Bytes of an id that are told. */
const SHORT = 4
const EDGE = 2 * SHORT

/** Edges that fit an answer. */
const LIMIT = 2000

/** A node and its parent, each as the first 8 digits of its id. */
export type Edge = readonly [string, string]

/** This node tells its part of the picture of the tree. */
export function drawsTree(node: TreeNode): void {
  node.onReduce(TOPIC, {
    value: () => {
      const { parent } = node
      return parent === null ? new Uint8Array(0) : encode(node.id, parent.peer)
    },
    combine: (a, b) => {
      const both = new Uint8Array(a.length + b.length)
      both.set(a)
      both.set(b, a.length)
      return both.subarray(0, LIMIT * EDGE)
    },
  })
}

/** Asks all below for the picture of the tree, as far as it fits. @param timeoutMs at most so long */
export function seeTree(node: TreeNode, timeoutMs: number): Promise<Edge[]> {
  return new Promise((resolve) => {
    node.reduce(TOPIC, ({ value }) => resolve(decode(value ?? new Uint8Array(0))), { timeoutMs })
  })
}

function encode(child: string, parent: string): Uint8Array {
  const digits = child.slice(0, 2 * SHORT) + parent.slice(0, 2 * SHORT)
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

function decode(bytes: Uint8Array): Edge[] {
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  const edges: Edge[] = []
  for (let at = 0; at + 4 * SHORT <= digits.length; at += 4 * SHORT) {
    edges.push([digits.slice(at, at + 2 * SHORT), digits.slice(at + 2 * SHORT, at + 4 * SHORT)])
  }
  return edges
}
