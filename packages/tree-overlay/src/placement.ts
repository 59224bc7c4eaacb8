import type { PeerId } from '@pigeon/xor'
import type { Placement } from './options.ts'

/** A way a request can be passed on. */
export interface Branch {
  /** Nodes below it, those on their way included. */
  readonly estimate: number
  readonly slot: number
}

/**
 * The branch that gets the next request.
 * @param branches those that can take one, at least one
 * @param degree children of a node
 */
export function place<B extends Branch>(
  placement: Placement,
  branches: readonly B[],
  degree: number,
  origin: PeerId,
  self: PeerId,
): B {
  if (placement === 'hash') return byHash(branches, degree, origin, self)
  const better = placement === 'pack' ? packs(degree) : balances
  return branches.reduce((best, branch) => (better(branch, best) ? branch : best))
}

/** How many nodes a tree of so many full levels has. */
export function fullNodes(levels: number, degree: number): number {
  let nodes = 0
  for (let level = 0, width = 1; level < levels; level++, width *= degree) nodes += width
  return nodes
}

const balances = (a: Branch, b: Branch): boolean => a.estimate < b.estimate

/** The fewest full levels, among those the fullest. */
function packs(degree: number): (a: Branch, b: Branch) => boolean {
  return (a, b) => {
    const [levelsA, levelsB] = [levels(a.estimate, degree), levels(b.estimate, degree)]
    return levelsA === levelsB ? a.estimate > b.estimate : levelsA < levelsB
  }
}

/** How many levels of a tree with that many nodes are full. */
function levels(nodes: number, degree: number): number {
  let count = 0
  let rest = nodes
  for (let width = 1; rest >= width; width *= Math.max(2, degree)) {
    rest -= width
    count++
  }
  return count
}

/** The slot that the hash says, or the next one after it that can take a request. */
function byHash<B extends Branch>(
  branches: readonly B[],
  degree: number,
  origin: PeerId,
  self: PeerId,
): B {
  const slot = jenkins(prefix(origin) ^ prefix(self)) % Math.max(1, degree)
  const after = branches.find((branch) => branch.slot >= slot)
  return after ?? (branches[0] as B)
}

const prefix = (id: PeerId): number => Number.parseInt(id.slice(0, 6), 16)

/**
 * 31 bits of a number.
 * @see Jenkins 1997, "Hash functions", as Genet uses it
 */
function jenkins(value: number): number {
  let hash = value & 0x7fffffff
  hash = (hash + 0x7ed55d16 + (hash << 12)) & 0x7fffffff
  hash = (hash ^ 0xc761c23c ^ (hash >>> 19)) & 0x7fffffff
  hash = (hash + 0x165667b1 + (hash << 5)) & 0x7fffffff
  hash = ((hash + 0xd3a2646c) ^ (hash << 9)) & 0x7fffffff
  hash = (hash + 0xfd7046c5 + (hash << 3)) & 0x7fffffff
  return (hash ^ 0xb55a4f09 ^ (hash >>> 16)) & 0x7fffffff
}
