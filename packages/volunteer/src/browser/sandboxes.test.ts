import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { bundle, launchChromium, type ServedPage, servePage } from '@pigeon-tools/browser'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HOSTILE } from '../fixtures/hostile.ts'

const FOREVER = 'export default () => { for (;;); }'

interface Result {
  readonly outcome: { ok: boolean; reason?: string; text?: string }
  readonly value: unknown
  readonly ms: number
}

let browser: Browser
let served: ServedPage
let page: Page
/** What a server heard that nobody is to reach. */
const requests: string[] = []
const server = createServer((request, response) => {
  requests.push(request.url ?? '')
  response.writeHead(200, { 'access-control-allow-origin': '*' }).end()
})

beforeAll(async () => {
  const script = await bundle(
    fileURLToPath(new URL('../fixtures/browser-page.ts', import.meta.url)),
  )
  served = await servePage({ scripts: [script] })
  browser = await launchChromium()
  page = await browser.newPage()
  await page.goto(served.url)
  await page.waitForFunction(() => 'page' in globalThis)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await served?.close()
  server.close()
})

const call = (command: string, ...args: unknown[]): Promise<unknown> =>
  page.evaluate(
    ([name, values]) =>
      (globalThis as unknown as { page: Record<string, (...all: unknown[]) => unknown> }).page[
        name
      ]?.(...values),
    [command, args] as const,
  )
const run = (code: string, input: unknown, timeoutMs = 10_000) =>
  call('run', code, input, timeoutMs) as Promise<Result>

/** Processor time of each renderer of this browser so far, s. */
async function processorSeconds(): Promise<Map<number, number>> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  const renderers = processInfo.filter(({ type }) => type === 'renderer')
  return new Map(renderers.map(({ id, cpuTime }) => [id, cpuTime]))
}

/** How much of a processor all of them use now. */
async function load(): Promise<number> {
  const before = await processorSeconds()
  await pause(1000)
  let seconds = 0
  for (const [id, after] of await processorSeconds()) seconds += after - (before.get(id) ?? 0)
  return seconds
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('a task in a sandbox', () => {
  test('computes, of the same code again and again', async () => {
    const code = 'let n = 0; export default async (x) => [x.a + 1, ++n]'
    expect((await run(code, { a: 1 })).value).toEqual([2, 1])
    expect((await run(code, { a: 5 })).value).toEqual([6, 2])
    expect((await run('export default () => { throw new Error("no") }', 1)).outcome).toEqual({
      ok: false,
      reason: 'threw',
      text: 'Error: no',
    })
    expect((await run('nonsense (', 1)).outcome).toMatchObject({ reason: 'threw' })
    expect((await run('export const a = 1', 1)).outcome).toMatchObject({ reason: 'threw' })
    const large = 'export default () => new Uint8Array(2000)'
    expect((await run(large, 1)).outcome).toMatchObject({ reason: 'too-large' })
  })

  test('reaches no storage, network or page', async () => {
    const { port } = server.address() as AddressInfo
    const { value } = await run(HOSTILE, `http://127.0.0.1:${port}/`, 30_000)
    const state = (await call('state')) as { heard: unknown[]; title: string }
    expect(value).toEqual([])
    expect(requests).toEqual([])
    expect(state).toMatchObject({ heard: [], title: '' })
  }, 60_000)

  test('is gone when it takes too long', async () => {
    const { outcome, ms } = await run(FOREVER, 1, 500)
    expect(outcome).toMatchObject({ ok: false, reason: 'timeout' })
    expect(ms).toBeLessThan(1500)
    expect((await run('export default (x) => x', 3)).value).toBe(3)
  })

  test('loops no more within a second after stop', async () => {
    await call('begin', FOREVER, 1)
    await expect.poll(load, { timeout: 20_000 }).toBeGreaterThan(0.05)
    await call('stop')
    await pause(1000)
    expect(await load()).toBeLessThan(0.05)
    expect(await call('state')).toMatchObject({ frames: 0 })
  }, 30_000)
})
