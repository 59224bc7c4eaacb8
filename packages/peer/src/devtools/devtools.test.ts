import { fileURLToPath } from 'node:url'
import { HubServer } from '@pigeon/hub/server'
import { bundle, launchChromium, type ServedPage, servePage } from '@pigeon-tools/browser'
import axe from 'axe-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { DevtoolsApi } from '../fixtures/devtools-page.ts'

type Chromium = Awaited<ReturnType<typeof launchChromium>>
type Page = Awaited<ReturnType<Chromium['newPage']>>

const HTML = '<main><h1>A page</h1></main>'
/** As strict as a page can be. */
const POLICY = "default-src 'none'; script-src 'self'; connect-src ws:"

const hub = new HubServer({ port: 0 })
let hubs: string[]
let chromium: Chromium
let served: ServedPage
let page: Page
let trouble: string[]

beforeAll(async () => {
  hubs = [(await hub.start()).url]
  const script = await bundle(
    fileURLToPath(new URL('../fixtures/devtools-page.ts', import.meta.url)),
  )
  ;[chromium, served] = await Promise.all([
    launchChromium(),
    servePage({ html: HTML, scripts: [script], policy: POLICY }),
  ])
}, 30_000)
beforeEach(async () => {
  page = await open('')
})
afterEach(async () => {
  for (const context of chromium.contexts()) await context.close()
})
afterAll(async () => {
  await chromium.close()
  await served.close()
  await hub.stop()
})

async function open(query: string): Promise<Page> {
  const opened = await chromium.newPage()
  trouble = []
  opened.on('console', (said) => said.type() === 'error' && trouble.push(said.text()))
  opened.on('pageerror', ({ message }) => trouble.push(message))
  await opened.goto(served.url + query)
  await opened.waitForFunction(() => 'devtools' in globalThis)
  return opened
}

/** Calls a function of the page. */
function call<K extends keyof DevtoolsApi>(
  name: K,
  ...args: Parameters<DevtoolsApi[K]>
): Promise<Awaited<ReturnType<DevtoolsApi[K]>>> {
  return page.evaluate(
    ([name, args]) => {
      const { devtools } = globalThis as unknown as { devtools: DevtoolsApi }
      return (devtools[name] as (...args: unknown[]) => unknown)(...args)
    },
    [name, args] as const,
  ) as Promise<Awaited<ReturnType<DevtoolsApi[K]>>>
}

/** Rules of accessibility that the panel breaks. */
async function barriers(): Promise<string[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    type Axe = { run(at: string): Promise<{ violations: { id: string; help: string }[] }> }
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run('main')
    return violations.map(({ id, help }) => `${id}: ${help}`)
  })
}

test('the panel shows peers with latency and path, and events as they come, under a strict policy', async () => {
  const [, other] = await call('join', hubs)
  await call('mount')
  const row = page.getByRole('row').filter({ hasText: (other as string).slice(0, 8) })
  await expect.poll(() => row.textContent()).toMatch(/linked\d+\.\d ms(host|prflx|srflx)/)
  await call('say', 'not for the panel')
  await page.getByRole('listitem').filter({ hasText: 'messageReceived' }).waitFor()
  expect(await page.locator('main').textContent()).not.toContain('not for the panel')
  expect(await barriers()).toEqual([])
  expect(await page.locator('[style]').count()).toBe(0)
  await call('leave')
  await page.getByText('No peer is known.').waitFor()
  expect(trouble).toEqual([])
})

test('a panel may be there before its mesh has joined', async () => {
  await call('mountFirst', hubs)
  await page.getByText('No peer is known.').waitFor()
  await page.getByRole('button', { name: 'Diagnose' }).click()
  await page.getByRole('status').getByText('this is not known before connect()').waitFor()
  await call('leave')
  expect(trouble).toEqual([])
})

test('a diagnosis is one press of a key away, and says what it found', async () => {
  await call('join', hubs)
  await call('mount')
  await page.keyboard.press('Tab')
  expect(await page.locator(':focus').textContent()).toBe('Diagnose')
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('1 finding').waitFor()
  await page.getByText('NO_STUN').waitFor()
  expect(await barriers()).toEqual([])
  await call('leave')
  expect(trouble).toEqual([])
})

test('boxes turn the log of a module on and off', async () => {
  const said: string[] = []
  page.on('console', (line) => said.push(line.text()))
  await call('join', hubs)
  await call('mount')
  await call('say', 'one')
  await page.getByRole('listitem').filter({ hasText: 'messageReceived' }).waitFor()
  expect(said).toEqual([])
  await page.getByLabel('messages').check()
  await call('say', 'two')
  await expect.poll(() => said).toHaveLength(1)
  expect(said[0]).toContain('[pigeon messages] messageReceived')
  await page.getByLabel('messages').uncheck()
  await call('leave')
  expect(said).toHaveLength(1)
})

test('no more events are shown than the record keeps, and nothing is left once it is closed', async () => {
  await call('join', hubs)
  await call('mount', 3)
  for (const text of ['1', '2', '3', '4', '5']) await call('say', text)
  const lines = page.getByRole('list', { name: 'Events, the latest first' }).locator('li')
  await expect.poll(() => lines.count()).toBe(3)
  await call('unmount')
  expect(await page.locator('main').innerHTML()).toBe('<h1>A page</h1>')
  expect(await page.evaluate(() => document.adoptedStyleSheets.length)).toBe(0)
  await call('leave')
})

test.each([
  ['', undefined, false],
  ['', true, true],
  ['?debug=true', undefined, true],
  ['?debug=true', false, false],
  ['?debug=1', undefined, false],
] as const)(
  'M19 at “%s” with debug: %s, whether window.pigeon is the mesh: %s',
  async (query, debug, isShown) => {
    page = await open(query)
    const said: string[] = []
    page.on('console', (line) => said.push(line.text()))
    const id = await call('joinWith', hubs, debug)
    expect(await call('shown')).toBe(isShown ? id : undefined)
    expect(said.some((line) => line.includes('[pigeon signaling] connected'))).toBe(isShown)
    await call('leave')
    expect(await call('shown')).toBeUndefined()
  },
)
