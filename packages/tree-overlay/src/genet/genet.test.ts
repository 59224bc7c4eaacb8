import { HubServer } from '@pigeon/hub/server'
import { afterEach, expect, test } from 'vitest'
import { treeEntry } from '../bootstrap/index.ts'
import { Client, type GenetChannel, Node } from './index.ts'

const closers: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function startHub(): Promise<string> {
  const hub = new HubServer({ port: 0 })
  closers.push(() => hub.stop())
  return (await hub.start()).url
}

function create(client: Client, options = {}): Node {
  const node = new Node(client, { peerOpts: { config: { iceServers: [] } }, ...options })
  closers.push(() => node.close())
  return node
}

test('T1 T2 T3 T4 the example of Genet’s README runs', async () => {
  const url = await startHub()
  const bootstrap = new Client(url.replace('ws://', ''))
  const log: string[] = []
  const root = create(bootstrap)
  expect([root.maxDegree, root.childrenNb, root.parent]).toEqual([10, 0, null])
  const done = new Promise<void>((resolve) => {
    root.on('child-connect', (channel: GenetChannel) => {
      channel.send('ping')
      channel.on('data', (data: unknown) => {
        log.push(`root got ${data}, ${channel.isParent()}, ${channel.id !== null}`)
        resolve()
      })
    })
  })
  await new Promise((resolve) => root.becomeRoot('secret', resolve))
  const node = create(bootstrap, { maxDegree: 3, requestTimeoutInMs: 10_000 })
  node.on('parent-connect', (channel: GenetChannel) => {
    channel.on('data', (data: unknown) => {
      log.push(`node got ${data}, ${channel.isParent()}, ${channel.id}`)
      channel.send('pong')
    })
  })
  const events: unknown[] = []
  node.on('data', (data: unknown, channel: GenetChannel, isParent: boolean) =>
    events.push(data, channel === node.parent, isParent),
  )
  expect(node.join()).toBe(node)
  await done
  expect(log).toEqual(['node got ping, true, null', 'root got pong, false, true'])
  expect(events).toEqual(['ping', true, true])
  expect(Object.keys(root.children)).toHaveLength(1)
  const closed = new Promise((resolve) => root.on('child-close', resolve))
  node.close()
  await closed
  expect(root.childrenNb).toBe(0)
}, 30_000)

test('T6 with its entry given, only the right secret makes a root', async () => {
  const url = await startHub()
  const bootstrap = new Client(url, { entry: await treeEntry('right') })
  const error = await new Promise<Error | undefined>((resolve) =>
    create(bootstrap).becomeRoot('wrong', resolve),
  )
  expect(error).toBeInstanceOf(Error)
  await new Promise<void>((resolve, reject) =>
    create(bootstrap).becomeRoot('right', (failed) => (failed ? reject(failed) : resolve())),
  )
}, 60_000)
