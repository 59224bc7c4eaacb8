import { fileURLToPath } from 'node:url'
import { type RunningHub, runHub } from '@pigeon/hub-server'
import { launchChromium } from '@pigeon-tools/browser'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startResident } from '../server/resident.mjs'

let hub: RunningHub
let browser: Browser
let profile: BrowserContext
let resident: Awaited<ReturnType<typeof startResident>>
const trouble: string[] = []

beforeAll(async () => {
  hub = await runHub({ port: 0, static: fileURLToPath(new URL('../dist', import.meta.url)) })
  resident = await startResident({ hub: hub.url, network: 'demo' })
  browser = await launchChromium()
  profile = await browser.newContext()
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await resident?.close()
  await hub?.stop()
})

/** A tab on the demo that sees `peers` peers. */
async function openTab(peers: number, size = { width: 1200, height: 800 }): Promise<Page> {
  const page = await profile.newPage()
  await page.setViewportSize(size)
  page.on('pageerror', (error) => trouble.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') trouble.push(message.text())
  })
  await page.goto(hub.url.replace('ws', 'http'))
  await page.getByText(`· ${peers} peers`).waitFor()
  return page
}

const idOf = async (page: Page) =>
  (await page.locator('.dot.self').getAttribute('data-peer')) as string

test('two tabs of one profile are two peers: they chat, and a click on a dot writes to one', async () => {
  const first = await openTab(2)
  const second = await openTab(3)
  await first.getByText('· 3 peers').waitFor()
  const [a, b] = [await idOf(first), await idOf(second)]
  expect(a).not.toBe(b)
  await first.getByLabel('Message', { exact: true }).fill('hello from the first tab')
  await first.getByRole('button', { name: 'Send' }).click()
  await second.getByText('hello from the first tab').waitFor()
  expect(await second.locator('.log li').first().textContent()).toMatch(/\d hops?$/)
  // The resident peer answers whoever writes.
  await first.getByText('I heard “hello from the first tab”').waitFor()
  await second.locator(`[data-peer="${a}"]`).click()
  await second.getByLabel('Message', { exact: true }).fill('for you alone')
  await second.getByRole('button', { name: 'Send' }).click()
  await first.getByText('for you alone').waitFor()
  await second.getByText(/delivered in \d+ ms/).waitFor()
  const lines = await first.locator('.network line').count()
  expect(lines).toBe(3)
  await second.close()
  await first.getByText('· 2 peers').waitFor()
  await first.close()
  expect(trouble).toEqual([])
}, 60_000)

test('it works by keyboard alone on a phone-sized screen, which nothing overflows', async () => {
  const phone = await openTab(2, { width: 360, height: 640 })
  expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
  const focused = () =>
    phone.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')
  const tabTo = async (label: RegExp) => {
    for (let count = 0; count < 10 && !label.test(await focused()); count++) {
      await phone.keyboard.press('Tab')
    }
    expect(await focused()).toMatch(label)
  }
  await tabTo(/^Write to Node/)
  await phone.keyboard.press('Enter')
  await tabTo(/^Message$/)
  await phone.keyboard.type('by keyboard')
  await phone.keyboard.press('Enter')
  await phone.getByText(/delivered in \d+ ms/).waitFor()
  await phone.getByText('I heard “by keyboard” directly').waitFor()
  await phone.close()
  expect(trouble).toEqual([])
}, 60_000)
