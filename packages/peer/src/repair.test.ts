import { HubServer } from '@pigeon/hub/server'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
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

async function peer(network: string) {
  const mesh = new Peer(network, { hubs })
  const seen = history(mesh)
  const answers: Promise<void>[] = []
  mesh.on('peerReconnected', ({ peerId }) => answers.push(reached(mesh, peerId)))
  await mesh.connect()
  return { mesh, seen, answers }
}

const reached = (mesh: PigeonMesh, to: string) =>
  new Promise<void>((resolve, reject) => {
    mesh.on('messageDelivered', () => resolve())
    mesh.on('messageFailed', ({ code }) => reject(new Error(code)))
    mesh.sendDirectMessage(to, 'still there?')
  })

const MENDED = ['peerConnected', 'peerReconnecting', 'peerReconnected']
/** What the side saw that was given the fresh link before it missed the old one. */
const UNTOUCHED = ['peerConnected']

/** The sides notice the silence on their own, so the quicker one may mend the link for both. */
function expectMended(...sides: readonly (readonly Sight[])[]): void {
  for (const side of sides) expect([MENDED, UNTOUCHED]).toContainEqual(kinds(side))
  expect(sides.map(kinds)).toContainEqual(MENDED)
}

const mendedMs = (...sides: readonly (readonly Sight[])[]) =>
  sides.map((side) => `${side.at(-1)?.ms?.toFixed(0) ?? '–'} ms`).join(' and ')

test('when the path between two Node peers breaks, a fresh link takes over, and nobody is disconnected', async () => {
  const [a, b] = [await peer('node'), await peer('node')]
  await Promise.all([a.mesh.whenPeers(1), b.mesh.whenPeers(1)])
  breakPaths()
  await vi.waitFor(() => expectMended(a.seen, b.seen), 8000)
  console.log(`Node–Node: mended after ${mendedMs(a.seen, b.seen)}`)
  await Promise.all([...a.answers, ...b.answers])
  await Promise.all([reached(a.mesh, b.mesh.peerId), reached(b.mesh, a.mesh.peerId)])
  await Promise.all([a.mesh.close(), b.mesh.close()])
}, 30_000)

test('when the path between a Node peer and a browser breaks, a fresh link takes over', async () => {
  const browser = await Browser.open()
  const tab = await browser.tab()
  const { mesh, seen, answers } = await peer('mixed')
  const id = await tab.call('join', 'mixed', { hubs })
  await Promise.all([mesh.whenPeers(1), tab.call('whenPeers', 1)])
  breakPaths()
  await vi.waitFor(async () => expectMended(seen, await tab.call('sights')), 8000)
  console.log(`Node–Chromium: mended after ${mendedMs(seen, await tab.call('sights'))}`)
  await Promise.all(answers)
  await Promise.all([reached(mesh, id), tab.call('reach', mesh.peerId)])
  await mesh.close()
  await browser.close()
}, 30_000)
