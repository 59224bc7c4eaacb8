import { HubServer } from '@pigeon/hub/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Browser } from './fixtures/browser.ts'
import { after, kinds } from './fixtures/history.ts'
import { Scene } from './fixtures/scene.ts'

const hub = new HubServer({ port: 0 })
let hubs: string[]
let observers: Browser

beforeAll(async () => {
  hubs = [(await hub.start()).url]
  observers = await Browser.open()
}, 30_000)
afterAll(async () => {
  await observers.close()
  await hub.stop()
})

/** Both others saw just this. */
const both = (...what: string[]) => [what, what]

test('a renderer that is killed is suspect, then gone', async () => {
  const scene = await Scene.open('killed', hubs, observers)
  const { id } = await scene.victim()
  const killedAt = Date.now()
  await scene.victims.kill()
  await expect
    .poll(async () => (await scene.seen(id, killedAt)).map(kinds), { timeout: 10_000 })
    .toEqual(both('peerReconnecting', 'peerDisconnected'))
  for (const sights of await scene.seen(id, killedAt)) {
    const suspectMs = after(sights, 'peerReconnecting', killedAt)
    const goneMs = after(sights, 'peerDisconnected', killedAt)
    console.log(`killed: suspect after ${suspectMs} ms, gone after ${goneMs} ms`)
    // 3.5 and 6.5 s on a machine that is not busy, as the slow tests see.
    expect(suspectMs).toBeLessThan(5000)
    expect(goneMs).toBeLessThan(8000)
  }
  await scene.close()
}, 60_000)

// What takes time here is waiting, mostly.
test.concurrent('a tab that is closed is gone for the others at once', async ({ expect }) => {
  const scene = await Scene.open('closed', hubs, observers)
  for (let round = 0; round < 3; round++) {
    const { id, tab } = await scene.victim()
    const closedAt = Date.now()
    await tab.page.close()
    const seen = () => scene.seen(id, closedAt)
    await expect
      .poll(
        async () => (await seen()).every((sights) => kinds(sights).includes('peerDisconnected')),
        {
          timeout: 10_000,
        },
      )
      .toBe(true)
    const all = await seen()
    expect(all.map(kinds)).toEqual(both('peerDisconnected'))
    for (const sights of all) {
      const reason = sights[0]?.reason
      const ms = after(sights, 'peerDisconnected', closedAt)
      console.log(`closed: gone after ${ms} ms, ${reason}`)
      // By its goodbye, not by its silence.
      expect(reason).toBe('bye')
      expect(ms).toBeLessThan(2500)
    }
  }
  await scene.close()
}, 60_000)

test.concurrent('a renderer frozen for 4.5 s reconnects, and is disconnected for nobody', async ({
  expect,
}) => {
  const scene = await Scene.open('frozen', hubs, observers)
  const { id, tab } = await scene.victim()
  const frozenAt = Date.now()
  const thawedAt = await scene.victims.freeze(4500)
  await expect
    .poll(async () => (await scene.seen(id, frozenAt)).map(kinds), { timeout: 5000 })
    .toEqual(both('peerReconnecting', 'peerReconnected'))
  // As long as it takes to see that the repair left nothing behind.
  await new Promise((resolve) => setTimeout(resolve, 4000))
  for (const sights of await scene.seen(id, frozenAt)) {
    const ms = after(sights, 'peerReconnected', thawedAt)
    console.log(`frozen 4.5 s: back ${ms} ms after the thaw`)
    expect(kinds(sights)).toEqual(['peerReconnecting', 'peerReconnected'])
  }
  expect(kinds(await tab.call('sights'))).not.toContain('peerDisconnected')
  expect([...scene.mesh.peers]).toContain(id)
  expect(await scene.tab.call('peers')).toContain(id)
  await scene.tab.call('reach', id)
  await tab.call('reach', scene.mesh.peerId)
  await scene.close()
}, 60_000)

test.concurrent('a renderer frozen for 8 s is gone, and linked again, once, 2 s after the thaw', async ({
  expect,
}) => {
  const scene = await Scene.open('asleep', hubs, observers)
  const { id, tab } = await scene.victim()
  const frozenAt = Date.now()
  const thawedAt = await scene.victims.freeze(8000)
  await expect
    .poll(async () => (await scene.seen(id, frozenAt)).map(kinds), { timeout: 5000 })
    .toEqual(both('peerReconnecting', 'peerDisconnected', 'peerConnected'))
  for (const sights of await scene.seen(id, frozenAt)) {
    const ms = after(sights, 'peerConnected', thawedAt)
    console.log(`frozen 8 s: back ${ms} ms after the thaw`)
    expect(ms).toBeLessThan(2000)
  }
  for (const peers of [[...scene.mesh.peers], await scene.tab.call('peers')]) {
    expect(peers.filter((peer) => peer === id)).toHaveLength(1)
  }
  expect(await tab.call('peers')).toHaveLength(2)
  await tab.call('reach', scene.mesh.peerId)
  await scene.close()
}, 60_000)
