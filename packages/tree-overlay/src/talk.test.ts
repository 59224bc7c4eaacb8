import { describe, expect, test } from 'vitest'
import { bytes, Forest, text } from '../test/forest.ts'
import type { Stream, TreeError, TreeNode } from './index.ts'

describe('broadcasts', () => {
  test('everybody hears each once, in order, also who moved meanwhile', () => {
    const forest = Forest.grown(200)
    const heard = new Map<TreeNode, string[]>()
    for (const node of forest.nodes.slice(1)) {
      heard.set(node, [])
      node.on('broadcast', (payload) => heard.get(node)?.push(text(payload)))
    }
    const [victim] = forest.interior as [TreeNode]
    forest.root.broadcast(bytes('1'))
    forest.run(500)
    forest.crash(victim)
    for (const number of [2, 3, 4]) {
      forest.root.broadcast(bytes(String(number)))
      forest.run(1000)
    }
    forest.run(5000)
    heard.delete(victim)
    for (const numbers of heard.values()) expect(numbers).toEqual(['1', '2', '3', '4'])
  })

  test('only the root says something to all, and no more than fits', () => {
    const forest = Forest.grown(2)
    expect(() => forest.nodes[1]?.broadcast(bytes('x'))).toThrow(TypeError)
    expect(() => forest.root.broadcast(new Uint8Array(300_000))).toThrow(RangeError)
  })

  test('no more are kept than the option says', () => {
    const forest = Forest.grown(3, { tree: { replayMessages: 2, maxDegree: 1 } })
    const last = forest.nodes.find((node) => node.childrenNb === 0) as TreeNode
    const heard: string[] = []
    last.on('broadcast', (payload) => heard.push(text(payload)))
    forest.root.broadcast(bytes('0'))
    forest.run(500)
    const parent = forest.get(last.parent?.peer as never)
    forest.crash(parent, 'at-once')
    for (const number of [1, 2, 3, 4]) forest.root.broadcast(bytes(String(number)))
    forest.run(10_000)
    expect(heard).toEqual(['0', '3', '4'])
  })
})

describe('reductions', () => {
  const sum = {
    value: () => Uint8Array.of(1),
    combine: ([a = 0]: Uint8Array, [b = 0]: Uint8Array) => Uint8Array.of(a + b),
  }

  test('each node gives its part, and each link carries one answer', () => {
    const forest = Forest.grown(100)
    for (const node of forest.nodes) node.onReduce('count', sum)
    const before = forest.trees.counts.frames
    const results: unknown[] = []
    forest.root.reduce('count', ({ value, nodes, complete }) =>
      results.push(value?.[0], nodes, complete),
    )
    forest.run(600)
    expect(results).toEqual([101, 101, true])
    // A question and an answer a link, besides the pulse.
    expect(forest.trees.counts.frames - before).toBeLessThan(100 * 4)
  })

  test('who dies or throws is missing, and that is said', () => {
    const forest = Forest.grown(30)
    for (const node of forest.nodes) node.onReduce('count', sum)
    const leaf = forest.living.find((node) => node.childrenNb === 0) as TreeNode
    forest.crash(leaf)
    const results: unknown[] = []
    forest.root.reduce('count', ({ value, complete }) => results.push(value?.[0], complete), {
      timeoutMs: 1000,
    })
    forest.run(1500)
    expect(results).toEqual([30, false])
  })

  test('no more than so many at once, of so many bytes', () => {
    const forest = Forest.grown(3, { tree: { reductions: 2, reductionBytes: 10 } })
    const none = () => {}
    forest.root.reduce('a', none)
    forest.root.reduce('a', none)
    expect(() => forest.root.reduce('a', none)).toThrow(RangeError)
    expect(() => forest.root.reduce('a', none, { query: new Uint8Array(11) })).toThrow(RangeError)
    expect(() => forest.root.reduce('', none)).toThrow(RangeError)
    forest.run(1000)
    expect(() => forest.root.reduce('a', none)).not.toThrow()
  })
})

describe('streams', () => {
  test('T4 a link of its own beside the channel, either side opens it', () => {
    const forest = Forest.grown(1)
    const [root, node] = forest.nodes as [TreeNode, TreeNode]
    const heard: string[] = []
    node.parent?.on('stream', (stream) => stream.on('frame', (frame) => heard.push(text(frame))))
    let opened: Stream | undefined
    root.children.get(node.id)?.open((_error, stream) => {
      opened = stream
    })
    forest.run(1000)
    expect(opened?.send(bytes('heavy'))).toBe('sent')
    forest.run(100)
    expect(heard).toEqual(['heavy'])
  })

  test('no more than so many a channel', () => {
    const forest = Forest.grown(1, { tree: { streams: 2 } })
    const outcomes: (TreeError | undefined)[] = []
    const channel = forest.nodes[1]?.parent
    for (let count = 0; count < 3; count++) channel?.open((error) => outcomes.push(error))
    forest.run(1000)
    expect(outcomes.map((error) => error?.code)).toEqual(['TREE_LINK', undefined, undefined])
  })
})

describe('ends', () => {
  test('a child that is sent away finds another place', () => {
    const forest = Forest.grown(3)
    const [, node] = forest.nodes as [TreeNode, TreeNode]
    forest.root.children.get(node.id)?.destroy()
    forest.run(3000)
    expect(node.isAttached).toBe(true)
  })

  test('a closed node stays closed, and says so once', () => {
    const forest = Forest.grown(2)
    const [, node] = forest.nodes as [TreeNode, TreeNode]
    let closes = 0
    node.on('close', () => closes++)
    node.close()
    node.close()
    expect(closes).toBe(1)
    expect(() => node.join()).toThrow(TypeError)
    forest.run(2000)
    expect(forest.root.childrenNb).toBe(1)
  })
})
