import { HubServer } from '@pigeon/hub/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Browser, type Tab } from './fixtures/browser.ts'
import { after } from './fixtures/history.ts'
import { Scene } from './fixtures/scene.ts'
import { PigeonMesh } from './index.ts'

const hub = new HubServer({ port: 0 })
let hubs: string[]
let browser: Browser

beforeAll(async () => {
  hubs = [(await hub.start()).url]
  browser = await Browser.open()
}, 30_000)
afterAll(async () => {
  await browser.close()
  await hub.stop()
})

/** Peers of this process that stay. */
async function residents(count: number, network: string): Promise<PigeonMesh[]> {
  const meshes = Array.from({ length: count }, () => new PigeonMesh(network, { hubs }))
  for (const mesh of meshes) await mesh.connect()
  await Promise.all(meshes.map((mesh) => mesh.whenPeers(count - 1)))
  return meshes
}

test('a tab that is closed is gone for the others within 200 ms in 95 of 100 cases', async () => {
  const scene = await Scene.open('closed', hubs, browser)
  const times: number[] = []
  for (let round = 0; round < 20; round++) {
    const { id, tab } = await scene.victim()
    const closedAt = Date.now()
    await tab.page.close()
    const gone = async () =>
      (await scene.seen(id, closedAt)).map((seen) => after(seen, 'peerDisconnected', closedAt))
    // Whoever hears of it late counts as late.
    await expect
      .poll(async () => (await gone()).every((ms) => ms >= 0), { timeout: 10_000 })
      .toBe(true)
    times.push(...(await gone()))
  }
  await scene.close()
  times.sort((a, b) => a - b)
  const p95 = times[Math.ceil(times.length * 0.95) - 1]
  console.log(`closed: p95 of ${times.length} is ${p95} ms; ${times.join(', ')}`)
  expect(p95).toBeLessThanOrEqual(200)
})

test('a renderer that is killed is suspect within 3.5 s and gone within 6.5 s', async () => {
  const observers = await Browser.open()
  for (let round = 0; round < 5; round++) {
    const scene = await Scene.open('killed', hubs, observers)
    const { id } = await scene.victim()
    const killedAt = Date.now()
    await scene.victims.kill()
    const saw = async (what: 'peerReconnecting' | 'peerDisconnected') =>
      (await scene.seen(id, killedAt)).map((seen) => after(seen, what, killedAt))
    await expect
      .poll(async () => (await saw('peerDisconnected')).every((ms) => ms >= 0), { timeout: 10_000 })
      .toBe(true)
    const [suspect, gone] = [await saw('peerReconnecting'), await saw('peerDisconnected')]
    console.log(`killed: suspect after ${suspect.join(', ')} ms, gone after ${gone.join(', ')} ms`)
    expect(Math.max(...suspect)).toBeLessThanOrEqual(3500)
    expect(Math.max(...gone)).toBeLessThanOrEqual(6500)
    await scene.close()
  }
  await observers.close()
})

test('a page that joins and leaves 200 times never runs out of connections', async () => {
  const meshes = await residents(3, 'cycles')
  const tab = await browser.tab()
  const { slowestMs, connections } = await tab.call('cycles', 200, 3, 'cycles', { hubs })
  console.log(`${connections} connections, slowest join ${slowestMs.toFixed(0)} ms`)
  expect(connections).toBeGreaterThan(500)
  await tab.page.close()
  for (const mesh of meshes) await mesh.close()
})

/** How long an idle mesh is watched, min. */
const IDLE_MINUTES = 5

test('an idle mesh costs a peer at most two messages to and from the hub a minute', async () => {
  const meshes = await residents(2, 'idle')
  const counts = new Map<Tab, number>()
  const join = async () => {
    const tab = await browser.tab()
    const count = () => counts.set(tab, (counts.get(tab) ?? 0) + 1)
    tab.page.on('websocket', (socket) => {
      socket.on('framesent', count)
      socket.on('framereceived', count)
    })
    await tab.call('join', 'idle', { hubs })
    return tab
  }
  const tabs = [await join(), await join()]
  await Promise.all(tabs.map((tab) => tab.call('whenPeers', 3)))
  // What joining needs is over.
  await new Promise((resolve) => setTimeout(resolve, 30_000))
  counts.clear()
  await new Promise((resolve) => setTimeout(resolve, IDLE_MINUTES * 60_000))
  const perMinute = tabs.map((tab) => (counts.get(tab) ?? 0) / IDLE_MINUTES)
  console.log(`idle: ${perMinute.join(' and ')} messages a minute`)
  for (const messages of perMinute) {
    expect(messages).toBeGreaterThan(0)
    expect(messages).toBeLessThanOrEqual(2)
  }
  for (const tab of tabs) await tab.page.close()
  for (const mesh of meshes) await mesh.close()
})
