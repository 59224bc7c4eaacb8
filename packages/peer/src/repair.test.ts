import { HubServer } from '@pigeon/hub/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Browser } from './fixtures/browser.ts'
import { history, kinds, type Sight } from './fixtures/history.ts'
import { breakablePaths } from './fixtures/paths.ts'
import { PigeonMesh as Peer, type PigeonMesh } from './index.ts'

const hub = new HubServer({ port: 0 })
const breakPaths = breakablePaths()
let hubs: string[]

beforeAll(async () => {
  hubs = [(await hub.start()).url]
})
afterAll(() => hub.stop())

async function peer(network: string): Promise<{ mesh: PigeonMesh; seen: Sight[] }> {
  const mesh = new Peer(network, { hubs })
  const seen = history(mesh)
  await mesh.connect()
  return { mesh, seen }
}

const reached = (mesh: PigeonMesh, to: string) =>
  new Promise<void>((resolve, reject) => {
    mesh.on('messageDelivered', () => resolve())
    mesh.on('messageFailed', ({ code }) => reject(new Error(code)))
    mesh.sendDirectMessage(to, 'still there?')
  })

const MENDED = ['peerConnected', 'peerReconnecting', 'peerReconnected']

test('when the path between two Node peers breaks, a fresh link takes over, and nobody is disconnected', async () => {
  const [a, b] = [await peer('node'), await peer('node')]
  await Promise.all([a.mesh.whenPeers(1), b.mesh.whenPeers(1)])
  breakPaths()
  await expect
    .poll(() => [kinds(a.seen), kinds(b.seen)], { timeout: 8000 })
    .toEqual([MENDED, MENDED])
  console.log(`Node–Node: mended after ${a.seen.map(({ ms }) => ms?.toFixed(0)).at(-1)} ms`)
  await Promise.all([reached(a.mesh, b.mesh.peerId), reached(b.mesh, a.mesh.peerId)])
  await Promise.all([a.mesh.close(), b.mesh.close()])
}, 30_000)

test('when the path between a Node peer and a browser breaks, a fresh link takes over', async () => {
  const browser = await Browser.open()
  const tab = await browser.tab()
  const { mesh, seen } = await peer('mixed')
  const id = await tab.call('join', 'mixed', { hubs })
  await Promise.all([mesh.whenPeers(1), tab.call('whenPeers', 1)])
  breakPaths()
  await expect
    .poll(async () => [kinds(seen), kinds(await tab.call('sights'))], { timeout: 8000 })
    .toEqual([MENDED, MENDED])
  console.log(`Node–Chromium: mended after ${seen.map(({ ms }) => ms?.toFixed(0)).at(-1)} ms`)
  await Promise.all([reached(mesh, id), tab.call('reach', mesh.peerId)])
  await mesh.close()
  await browser.close()
}, 30_000)
