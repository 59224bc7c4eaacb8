import type { PeerId } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { Forest } from '../test/forest.ts'
import type { TreeNode } from './index.ts'

const SEEDS = [1, 2, 3]

function killQuarter(forest: Forest, notice: 'silence' | 'at-once'): void {
  const { interior } = forest
  const random = forest.simulation.random('kill')
  for (const node of random.shuffled(interior).slice(0, interior.length / 4)) {
    forest.crash(node, notice)
  }
}

/** Nodes below the root, each with one two links farther down that has children. */
function pairs(forest: Forest): [TreeNode, TreeNode][] {
  return forest.interior
    .filter(({ path }) => path.length === 3)
    .map((node) => [forest.get(node.path[1] as PeerId), node])
}

describe('interior nodes die', () => {
  test.each(SEEDS)(
    'seed %i: links break, all are back within a second, as flat as before',
    (seed) => {
      const forest = Forest.grown(500, { seed })
      const { depth } = forest
      killQuarter(forest, 'at-once')
      expect(forest.astray).toBeGreaterThan(50)
      forest.run(1500)
      expect(forest.astray).toBe(0)
      expect(forest.depth).toBe(depth)
    },
  )

  test.each(SEEDS)('seed %i: without a word, all are back within four seconds', (seed) => {
    const forest = Forest.grown(500, { seed })
    killQuarter(forest, 'silence')
    forest.run(4500)
    expect(forest.astray).toBe(0)
    forest.run(15_000)
    expect(forest.depth).toBe(3)
    expect(forest.root.summary.nodes).toBe(forest.living.length)
  })

  test.each(SEEDS)(
    'seed %i: a child of the root, and one of its grandchildren: no leaf is to fill both places',
    (seed) => {
      const options = { seed, tree: { maxDegree: 3 } }
      const { length } = pairs(Forest.grown(120, options))
      expect(length).toBeGreaterThan(20)
      for (let at = 0; at < length; at++) {
        const forest = Forest.grown(120, options)
        for (const node of pairs(forest)[at] ?? []) forest.crash(node, 'at-once')
        forest.run(2000)
        expect(forest.astray, `pair ${at}`).toBe(0)
        expect(forest.depth, `pair ${at}`).toBe(4)
      }
    },
  )

  test('subtrees stay whole: who is no child of a dead node keeps its parent', () => {
    const forest = Forest.grown(500)
    const [victim] = forest.interior as [TreeNode]
    const grandchildren = [...victim.children.keys()].flatMap((id) => [
      ...forest.get(id).children.keys(),
    ])
    const parents = grandchildren.map((id) => forest.get(id).parent?.peer)
    forest.crash(victim, 'at-once')
    forest.run(2000)
    const moved = grandchildren.filter((id, at) => forest.get(id).parent?.peer !== parents[at])
    // The leaf that took the place.
    expect(moved.length).toBeLessThanOrEqual(1)
    expect(forest.astray).toBe(0)
  })

  test('a node that says goodbye leaves no gap', () => {
    const forest = Forest.grown(100)
    const [leaver] = forest.interior as [TreeNode]
    leaver.close()
    forest.crash(leaver, 'at-once')
    forest.run(1500)
    expect(forest.astray).toBe(0)
    expect(forest.depth).toBe(2)
  })
})

describe('a link breaks, and nobody dies', () => {
  test.each(SEEDS)('seed %i: every edge in turn: no cycle, no split, nobody lost', (seed) => {
    const forest = Forest.grown(60, { seed, tree: { maxDegree: 3 } })
    const edges = forest.living.flatMap((node) =>
      [...node.children.keys()].map((child) => [node.id, child] as const),
    )
    for (const [parent, child] of edges) {
      forest.trees.cut(parent, child)
      forest.run(10_000)
      expect(forest.astray).toBe(0)
      forest.trees.mend(parent, child)
      forest.run(1000)
      expect(forest.astray).toBe(0)
    }
    forest.run(30_000)
    expect(forest.depth).toBeLessThanOrEqual(5)
    expect(forest.root.summary.nodes).toBe(61)
  })
})

describe('roots', () => {
  test.each(SEEDS)('seed %i: a standby takes over, with a higher term, and all follow', (seed) => {
    const forest = new Forest({ seed })
    const first = forest.crown()
    forest.grow(50)
    const [standby] = forest.grow(1, { standby: true }) as [TreeNode]
    forest.run(5000)
    expect(standby.childrenNb).toBe(0)
    forest.crash(first)
    forest.run(15_000)
    expect(forest.root).toBe(standby)
    expect(standby.term).toBeGreaterThan(first.term)
    forest.run(3000)
    expect(forest.astray).toBe(0)
  })

  test('one of two standbys takes over, and the other stays a node', () => {
    const forest = new Forest()
    const first = forest.crown()
    forest.grow(20)
    forest.grow(2, { standby: true })
    forest.run(5000)
    forest.crash(first)
    forest.run(20_000)
    expect(forest.living.filter((node) => node.isRoot)).toHaveLength(1)
    expect(forest.astray).toBe(0)
  })

  test.each(SEEDS)('seed %i: after a partition two roots become one', (seed) => {
    const forest = new Forest({ seed })
    const first = forest.crown()
    forest.grow(30)
    const [standby] = forest.grow(1, { standby: true }) as [TreeNode]
    forest.run(5000)
    const half = forest.living.filter((node, at) => node !== standby && (node === first || at % 2))
    const deposed: string[] = []
    first.on('deposed', () => deposed.push(first.id))
    forest.trees.partition([
      forest.living.filter((node) => !half.includes(node)).map(({ id }) => id),
      half.map(({ id }) => id),
    ])
    forest.run(20_000)
    expect(first.isRoot && standby.isRoot).toBe(true)
    forest.trees.heal()
    forest.run(15_000)
    expect(forest.root).toBe(standby)
    expect(deposed).toEqual([first.id])
    expect(forest.astray).toBe(0)
  })

  test('nobody takes the office of a root that lives', () => {
    const forest = new Forest()
    forest.crown()
    let code: string | undefined
    forest.add().becomeRoot((error) => {
      code = error?.code
    })
    forest.run(20_000)
    expect(code).toBe('TREE_TAKEN')
    expect(forest.living.filter((node) => node.isRoot)).toHaveLength(1)
  })

  test('what no root signed is not believed', () => {
    const sign = () => Uint8Array.of(7)
    const verify = (_signed: Uint8Array, proof: Uint8Array) => proof[0] === 7
    const honest = new Forest({ tree: { sign, verify } })
    honest.crown()
    honest.grow(5)
    honest.run(3000)
    expect(honest.astray).toBe(0)
    expect(honest.living.every((node) => node.term > 0)).toBe(true)
    const forged = new Forest({ tree: { verify } })
    forged.crown()
    const [node] = forged.grow(1) as [TreeNode]
    forged.run(3000)
    expect(node.term).toBe(0)
    expect(node.getStats().rejected).toBeGreaterThan(0)
  })
})

describe('pull-up', () => {
  test('leaves fill the places that others left', () => {
    const forest = Forest.grown(150)
    expect(forest.depth).toBe(3)
    const leaves = forest.living.filter((node) => node.childrenNb === 0 && node.path.length === 2)
    for (const leaf of leaves.slice(0, 60)) forest.crash(leaf, 'at-once')
    forest.run(120_000)
    expect(forest.astray).toBe(0)
    expect(forest.depth).toBe(2)
  })
})
