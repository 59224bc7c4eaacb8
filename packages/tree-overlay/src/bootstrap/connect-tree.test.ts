import { HubServer } from '@pigeon/hub/server'
import { afterEach, describe, expect, test } from 'vitest'
import type { TreeError, TreeNode } from '../index.ts'
import { type ConnectTreeOptions, connectTree, treeEntry } from './index.ts'

const SECRET = 'a long and random secret'
const closers: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function startHub(): Promise<string> {
  const hub = new HubServer({ port: 0 })
  closers.push(() => hub.stop())
  return (await hub.start()).url
}

async function connect(url: string, options: ConnectTreeOptions): Promise<TreeNode> {
  const node = await connectTree(url, { iceServers: [], ...options })
  closers.push(() => node.close())
  return node
}

const crown = (node: TreeNode) =>
  new Promise<TreeError | undefined>((done) => node.becomeRoot(done))
const join = (node: TreeNode) => new Promise<TreeError | undefined>((done) => node.join(done))

async function until(check: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 15_000
  while (!check()) {
    if (performance.now() > deadline) throw new Error(`not in 15 s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe('a tree through a bare hub, over WebRTC', () => {
  test('grows, and mends itself when an interior node leaves', async () => {
    const url = await startHub()
    const entry = await treeEntry(SECRET)
    const root = await connect(url, { secret: SECRET, maxDegree: 2 })
    expect(await crown(root)).toBeUndefined()
    const nodes: TreeNode[] = []
    for (let count = 0; count < 6; count++) nodes.push(await connect(url, { entry, maxDegree: 2 }))
    expect(await Promise.all(nodes.map(join))).toEqual(nodes.map(() => undefined))
    // Where a handshake took long, leaves are moved until the tree is flat.
    await until(() => root.summary.nodes === 7 && root.summary.height === 2, 'a flat tree of seven')
    expect(root.summary).toEqual({ nodes: 7, leaves: 4, height: 2 })
    const inner = nodes.find((node) => node.childrenNb > 0) as TreeNode
    inner.close()
    await until(
      () => root.summary.nodes === 6 && nodes.every((node) => node === inner || node.isAttached),
      'the others are attached',
    )
  }, 60_000)

  test('T6 only who knows the secret is root, and only its word counts', async () => {
    const url = await startHub()
    const entry = await treeEntry(SECRET)
    const thief = await connect(url, { entry })
    const taken = crown(thief)
    const root = await connect(url, { secret: SECRET })
    expect(await crown(root)).toBeUndefined()
    expect((await taken)?.code).toBe('TREE_TAKEN')
    expect(thief.isRoot).toBe(false)
    const node = await connect(url, { entry })
    await join(node)
    await until(() => node.root === root.id, 'the root was heard, and its key is right')
  }, 60_000)

  test('trees of different names are apart', async () => {
    const url = await startHub()
    const one = await connect(url, { tree: 'one' })
    const two = await connect(url, { tree: 'two' })
    expect([await crown(one), await crown(two)]).toEqual([undefined, undefined])
    const node = await connect(url, { tree: 'two' })
    await join(node)
    await until(() => two.childrenNb === 1, 'it is where it belongs')
    expect(one.childrenNb).toBe(0)
  }, 60_000)
})
