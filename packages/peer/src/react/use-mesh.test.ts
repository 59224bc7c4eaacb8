import { fileURLToPath } from 'node:url'
import { HubServer } from '@pigeon/hub/server'
import { bundle, launchChromium, servePage } from '@pigeon-tools/browser'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ReactApi } from '../fixtures/react-page.ts'
import { PigeonMesh } from '../index.ts'

const hub = new HubServer({ port: 0 })
let url: string
let browser: Awaited<ReturnType<typeof launchChromium>>
let served: Awaited<ReturnType<typeof servePage>>
let page: Awaited<ReturnType<typeof browser.newPage>>

beforeAll(async () => {
  const script = await bundle(fileURLToPath(new URL('../fixtures/react-page.ts', import.meta.url)))
  ;[browser, served] = await Promise.all([launchChromium(), servePage({ scripts: [script] })])
  url = (await hub.start()).url
  page = await browser.newPage()
  await page.goto(served.url)
  await page.waitForFunction(() => 'pigeon' in globalThis)
}, 30_000)
afterAll(async () => {
  await browser.close()
  await served.close()
  await hub.stop()
})

function call<K extends keyof ReactApi>(name: K, ...args: Parameters<ReactApi[K]>) {
  return page.evaluate(
    ([name, args]) =>
      (globalThis as unknown as { pigeon: Record<string, (...args: unknown[]) => unknown> }).pigeon[
        name
      ]?.(...args),
    [name as string, args as unknown[]] as const,
  ) as Promise<ReturnType<ReactApi[K]>>
}

test('M10 two components in StrictMode show one peer and its links, which goes with them', async () => {
  await call('show', [url])
  const texts = () => call('texts')
  await expect
    .poll(texts, { timeout: 10_000 })
    .toEqual([
      expect.stringMatching(/^joined [0-9a-f]{40} 0$/),
      expect.stringMatching(/^joined [0-9a-f]{40} 0$/),
    ])
  expect(new Set(await texts()).size).toBe(1)
  expect(hub.getStats().peers).toBe(1)
  const other = new PigeonMesh('react', { hubs: [url] })
  await other.connect()
  await expect
    .poll(async () => (await texts()).map((text) => text.at(-1)), { timeout: 10_000 })
    .toEqual(['1', '1'])
  await call('hide')
  await expect.poll(() => hub.getStats().peers, { timeout: 5000 }).toBe(1)
  await expect.poll(() => other.peers.size, { timeout: 5000 }).toBe(0)
  await other.close()
})
