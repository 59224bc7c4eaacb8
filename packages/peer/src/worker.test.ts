import { fileURLToPath } from 'node:url'
import { HubServer } from '@pigeon/hub/server'
import { bundle, launchChromium, servePage } from '@pigeon-tools/browser'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PigeonMesh } from './index.ts'

const BYTES = 1_000_000
const hub = new HubServer({ port: 0 })
let browser: Awaited<ReturnType<typeof launchChromium>>
let served: Awaited<ReturnType<typeof servePage>>
let url: string

const PAGE = fileURLToPath(new URL('./fixtures/worker-page.ts', import.meta.url))
const WORKER = fileURLToPath(new URL('./fixtures/worker-peer.ts', import.meta.url))

beforeAll(async () => {
  const page = await bundle(PAGE)
  ;[browser, served] = await Promise.all([launchChromium(), servePage({ scripts: [page] })])
  url = (await hub.start()).url
}, 30_000)
afterAll(async () => {
  await browser.close()
  await served.close()
  await hub.stop()
})

test('a whole peer runs in a worker, over data channels that moved there from its page', async () => {
  const script = await bundle(WORKER)
  const page = await browser.newPage()
  await page.goto(served.url)
  await page.waitForFunction(() => 'pigeon' in globalThis)
  type Api = {
    pigeon: {
      start(script: string, joins: object[]): void
      heard(): Record<string, unknown>[][]
      report(): unknown
    }
  }
  expect(await page.evaluate(() => (globalThis as unknown as Api).pigeon.report())).toMatchObject({
    runtime: 'browser',
    hasWebRTC: true,
    hasMovableChannels: true,
  })
  await page.evaluate(
    ([script, joins]) =>
      (globalThis as unknown as Api).pigeon.start(script as string, joins as object[]),
    [script, [0, BYTES].map((bytes) => ({ network: 'workers', hub: url, bytes }))] as const,
  )
  const heard = () => page.evaluate(() => (globalThis as unknown as Api).pigeon.heard())
  await expect
    .poll(async () => (await heard()).flat().map((message) => Object.keys(message)[0]), {
      timeout: 20_000,
    })
    .toEqual(expect.arrayContaining(['received', 'sent']))
  const all = (await heard()).flat()
  expect(all).toContainEqual({ received: BYTES })
  expect(all).toContainEqual({ content: 'from a worker', verified: true })
  expect(all.filter(({ runtime }) => runtime === 'worker')).toHaveLength(2)

  // A peer elsewhere meets those in workers as any other.
  const mesh = new PigeonMesh('workers', { hubs: [url] })
  await mesh.connect()
  await mesh.whenPeers(2)
  mesh.sendMessage('from Node')
  const told = async () =>
    (await heard()).filter((one) => one.some(({ content }) => content === 'from Node')).length
  await expect.poll(told).toBe(2)
  await mesh.close()
  await page.close()
}, 60_000)
