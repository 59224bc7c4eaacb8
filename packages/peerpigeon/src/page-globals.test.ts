import { fileURLToPath } from 'node:url'
import { bundle, launchChromium, type ServedPage, servePage } from '@pigeon-tools/browser'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { GlobalsApi } from './fixtures/globals-page.ts'
import { PeerPigeonServer } from './index.ts'

const PAGE = fileURLToPath(new URL('./fixtures/globals-page.ts', import.meta.url))
const ALL = ['peerPigeonMesh', 'peerPigeonSignaling', 'getPeerPigeonState', 'pigeon']

type Chromium = Awaited<ReturnType<typeof launchChromium>>

const server = new PeerPigeonServer({ port: 0 })
let chromium: Chromium
let served: ServedPage

beforeAll(async () => {
  await server.start()
  const script = await bundle(PAGE)
  ;[chromium, served] = await Promise.all([launchChromium(), servePage({ scripts: [script] })])
}, 30_000)
afterAll(async () => {
  await chromium.close()
  await served.close()
  await server.stop()
})

test.each([
  ['', undefined, []],
  ['', true, ALL],
  ['?debug=true', undefined, ALL],
  ['?debug=true', false, []],
] as const)('M19 at “%s” with debug: %s the console finds %j', async (query, debug, names) => {
  const page = await chromium.newPage()
  await page.goto(served.url + query)
  await page.waitForFunction(() => 'globals' in globalThis)
  const call = <K extends keyof GlobalsApi>(name: K, ...args: Parameters<GlobalsApi[K]>) =>
    page.evaluate(
      ([name, args]) => {
        const { globals } = globalThis as unknown as { globals: GlobalsApi }
        return (globals[name] as (...args: readonly unknown[]) => unknown)(...args)
      },
      [name, args] as const,
    )
  const id = await call('join', server.address?.url as string, debug)
  expect(await call('found')).toEqual(names)
  if (names.length > 0) expect(await call('stateOf')).toBe(id)
  await call('leave')
  expect(await call('found')).toEqual([])
  await page.close()
})
