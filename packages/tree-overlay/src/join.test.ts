import { describe, expect, test } from 'vitest'
import { bytes, Forest, text } from '../test/forest.ts'
import type { TreeError } from './index.ts'

describe('a burst of joins', () => {
  test('T2 T3 T4 one node talks with the root, both ways', () => {
    const forest = new Forest()
    const root = forest.crown()
    const log: string[] = []
    root.on('child-connect', (channel) => {
      log.push(`child ${channel.id === channel.peer} ${channel.isParent()}`)
      channel.send(bytes('ping'))
    })
    root.on('data', (data, channel, isParent) =>
      log.push(`${text(data)} ${isParent} ${channel.peer === node.id}`),
    )
    const node = forest.add()
    node.on('parent-connect', (channel) => log.push(`parent ${channel.id} ${channel.isParent()}`))
    node.on('data', (data, channel, isParent) => {
      log.push(`${text(data)} ${isParent}`)
      channel.send(bytes('pong'))
    })
    let joined = false
    node.join(() => {
      joined = true
    })
    forest.run(1000)
    expect(joined).toBe(true)
    expect(log).toEqual(['child true false', 'parent null true', 'ping true', 'pong false true'])
    expect(node.parent?.peer).toBe(root.id)
    expect([root.childrenNb, root.maxDegree, node.childrenNb]).toEqual([1, 10, 0])
    expect([...root.children.keys()]).toEqual([node.id])
    expect(node.path).toEqual([root.id])
  })

  test.each([
    [250, 226],
    [320, 289],
    [1000, 901],
  ])('%i nodes are as flat as can be, with %i leaves', (count, leaves) => {
    const forest = Forest.grown(count)
    expect(forest.astray).toBe(0)
    expect(forest.depth).toBe(3)
    expect(forest.root.summary).toEqual({ nodes: count + 1, leaves, height: 3 })
    const requests = forest.nodes.map((node) => node.getStats().requests)
    expect(Math.max(...requests)).toBe(1)
  })

  test('T5 the offer goes through the tree once, whatever follows goes directly', () => {
    const forest = Forest.grown(1000)
    const passed = forest.nodes.reduce((sum, node) => sum + node.getStats().passed, 0)
    const stored = forest.nodes.reduce((sum, node) => sum + node.getStats().stored, 0)
    const depths = [...forest.depths().values()].reduce((sum, depth) => sum + depth, 0)
    // One letter to the root, and one frame for each link below.
    expect(passed + stored).toBe(depths - 1000)
  })

  test('T5 balance gives every child of the root as many', () => {
    const forest = Forest.grown(320, { tree: { placement: 'balance' } })
    const sizes = [...forest.root.children.keys()].map((id) => forest.get(id).summary.nodes)
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
  })

  test('T6 the bootstrap carries one letter to the root for each join, however deep', () => {
    const forest = new Forest()
    forest.crown()
    const heard: string[] = []
    forest.trees.watchRoot = (from) => heard.push(from)
    const joining = forest.grow(300)
    forest.run(4000)
    expect(forest.astray).toBe(0)
    expect(forest.depth).toBe(3)
    expect(heard.sort()).toEqual(joining.map(({ id }) => id).sort())
  })

  test('hash needs more relays than pack', () => {
    const forest = Forest.grown(320, { tree: { placement: 'hash' } })
    expect(forest.astray).toBe(0)
    expect(forest.root.summary.leaves).toBeLessThan(250)
  })

  test('a node without places is always a leaf', () => {
    const forest = Forest.grown(5, { tree: { maxDegree: 2 } })
    forest.grow(10, { maxDegree: 0 })
    forest.run(10_000)
    const added = forest.nodes.slice(6)
    expect(added.every((node) => node.childrenNb === 0)).toBe(true)
    expect(added.filter((node) => node.isAttached)).toHaveLength(6 * 2 - 5)
  })
})

describe('when links cannot be made', () => {
  const joined = (forest: Forest) => forest.living.filter((node) => node.isAttached).length - 1

  test.each([1, 2])('seed %i: 15 in 100 handshakes fail, and another place is found', (seed) => {
    const faults = { fails: () => forest.simulation.random('faults').fraction() < 0.15 }
    const forest: Forest = new Forest({ seed, world: faults, tree: { relay: false } })
    forest.crown()
    const errors: unknown[] = []
    for (const node of Array.from({ length: 300 }, () => forest.add())) {
      node.join((error) => error && errors.push(error.code))
    }
    forest.run(31_000)
    expect(errors).toEqual([])
    expect(joined(forest)).toBe(300)
  })

  test('who can link with nobody is relayed, and within limits', () => {
    const hermits = new Set<string>()
    const world = { fails: (a: string, b: string) => hermits.has(a) || hermits.has(b) }
    const forest = new Forest({ world, tree: { candidateTimeoutMs: 500, relayedChildren: 2 } })
    const root = forest.crown()
    const added = Array.from({ length: 4 }, () => forest.add())
    for (const { id } of added) hermits.add(id)
    for (const node of added) node.join()
    forest.run(20_000)
    expect(forest.astray).toBe(0)
    const heard: string[] = []
    root.on('data', (data) => heard.push(text(data)))
    for (const [index, node] of added.entries()) {
      if (node.parent?.peer === root.id) node.parent.send(bytes(`from ${index}`))
    }
    forest.run(1000)
    expect(heard).toHaveLength(2)
    expect(root.childrenNb).toBe(2)
    forest.crash(added[0] as never)
    forest.run(8000)
    expect(forest.astray).toBe(0)
  })

  test('T1 nobody there: the join ends in time', () => {
    const forest = new Forest({ tree: { requestTimeoutMs: 3000 } })
    let code: string | undefined
    forest.add().join((error) => {
      code = error?.code
    })
    forest.run(2900)
    expect(code).toBeUndefined()
    forest.run(200)
    expect(code).toBe('TREE_TIMEOUT')
  })
})

describe('tickets', () => {
  test('who has none is told so, the others are in', async () => {
    const forest = new Forest({ tree: { admit: async (ticket) => text(ticket) === 'valid' } })
    forest.crown()
    const outcomes: unknown[] = []
    const done = (error?: TreeError) => outcomes.push(error?.code)
    forest.add({ ticket: bytes('valid') }).join(done)
    forest.add({ ticket: bytes('forged') }).join(done)
    forest.add().join(done)
    await forest.simulation.runUntilAsync(() => outcomes.length === 3, 2000)
    expect(outcomes.sort()).toEqual(['TREE_REFUSED', 'TREE_REFUSED', undefined])
    expect(forest.root.getStats().refused).toBe(2)
    expect(() => forest.add({ ticket: new Uint8Array(1025) })).toThrow(RangeError)
  })
})
