import { HubServer } from '@pigeon/hub/server'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Browser } from './fixtures/browser.ts'
import { history, type Sight } from './fixtures/history.ts'
import { PigeonMesh } from './index.ts'

const hub = new HubServer({ port: 0 })
let hubs: string[]
/** Whose pages see what becomes of those of {@link victims}. */
let observers: Browser
let victims: Browser
const closing: { close(): Promise<void> }[] = []

beforeAll(async () => {
  hubs = [(await hub.start()).url]
  observers = await Browser.open()
}, 30_000)
afterEach(async () => {
  for (const one of closing.splice(0)) await one.close()
})
afterAll(async () => {
  await observers.close()
  await hub.stop()
})

/** A peer in this process, one in a browser, and a victim in another; all linked. */
async function meet(network: string) {
  victims = await Browser.open()
  const mesh = new PigeonMesh(network, { hubs })
  const tab = await observers.tab()
  const victim = await victims.tab()
  closing.push(mesh, victims, { close: () => tab.page.close() })
  const own = history(mesh)
  await mesh.connect()
  await tab.call('join', network, { hubs })
  const id = await victim.call('join', network, { hubs })
  await Promise.all([mesh.whenPeers(2), tab.call('whenPeers', 2), victim.call('whenPeers', 2)])
  /** What each of the two others saw of the victim since `from`. */
  const seen = async (from: number) => {
    const all = [own, await tab.call('sights')]
    return all.map((sights) => sights.filter(({ peerId, at }) => peerId === id && at >= from))
  }
  return { mesh, tab, victim, id, seen }
}

const kinds = (sights: readonly Sight[]) => sights.map(({ what }) => what)
const after = (sights: readonly Sight[], what: Sight['what'], from: number) => {
  const sight = sights.find((one) => one.what === what)
  return sight === undefined ? Number.NaN : sight.at - from
}

test('a renderer that is killed is suspect within 3.5 s and gone within 6.5 s', async () => {
  const { seen } = await meet('killed')
  const killedAt = Date.now()
  await victims.signal('SIGKILL')
  await expect
    .poll(async () => (await seen(killedAt)).map(kinds), { timeout: 8000 })
    .toEqual(Array(2).fill(['peerReconnecting', 'peerDisconnected']))
  for (const sights of await seen(killedAt)) {
    const suspectMs = after(sights, 'peerReconnecting', killedAt)
    const goneMs = after(sights, 'peerDisconnected', killedAt)
    console.log(`killed: suspect after ${suspectMs} ms, gone after ${goneMs} ms`)
    expect(suspectMs).toBeLessThan(3500)
    expect(goneMs).toBeLessThan(6500)
  }
}, 30_000)

test('a renderer frozen for 4.5 s reconnects, and is disconnected for nobody', async () => {
  const { mesh, tab, victim, id, seen } = await meet('frozen')
  const frozenAt = Date.now()
  const thawedAt = await victims.freeze(4500)
  await expect
    .poll(async () => (await seen(frozenAt)).map(kinds), { timeout: 5000 })
    .toEqual(Array(2).fill(['peerReconnecting', 'peerReconnected']))
  // As long as it takes to find silence that a repair left behind.
  await new Promise((resolve) => setTimeout(resolve, 4000))
  for (const sights of await seen(frozenAt)) {
    console.log(
      `frozen 4.5 s: back ${after(sights, 'peerReconnected', thawedAt)} ms after the thaw`,
    )
    expect(kinds(sights)).toEqual(['peerReconnecting', 'peerReconnected'])
  }
  expect(kinds(await victim.call('sights'))).not.toContain('peerDisconnected')
  expect([...mesh.peers]).toContain(id)
  expect(await tab.call('peers')).toContain(id)
  await tab.call('reach', id)
}, 30_000)

test('a renderer frozen for 8 s is gone, and connected again, once, 2 s after the thaw', async () => {
  const { mesh, tab, victim, id, seen } = await meet('asleep')
  const frozenAt = Date.now()
  const thawedAt = await victims.freeze(8000)
  await expect
    .poll(async () => (await seen(frozenAt)).map((sights) => kinds(sights).at(-1)), {
      timeout: 5000,
    })
    .toEqual(['peerConnected', 'peerConnected'])
  for (const sights of await seen(frozenAt)) {
    const backMs = after(sights, 'peerConnected', thawedAt)
    console.log(`frozen 8 s: ${kinds(sights)}, back ${backMs} ms after the thaw`)
    expect(kinds(sights)).toEqual(['peerReconnecting', 'peerDisconnected', 'peerConnected'])
    expect(backMs).toBeLessThan(2000)
  }
  const lists = [[...mesh.peers], await tab.call('peers')]
  for (const peers of lists) expect(peers.filter((peer) => peer === id)).toHaveLength(1)
  expect(await victim.call('peers')).toHaveLength(2)
  await victim.call('reach', mesh.peerId)
}, 30_000)
