import { HubServer } from '@pigeon/hub/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Browser } from './fixtures/browser.ts'

const TABS = 15

const hub = new HubServer({ port: 0 })
let hubs: string[]
let browser: Browser

beforeAll(async () => {
  hubs = [(await hub.start()).url]
  browser = await Browser.open()
})

afterAll(async () => {
  await browser.close()
  await hub.stop()
})

test('M23 15 tabs link within 6 s, and 99.5 % of all messages are heard', async () => {
  const tabs = await browser.tabs(TABS)
  const startedAt = performance.now()
  const ids = await Promise.all(tabs.map((tab) => tab.call('join', 'fifteen', { hubs })))
  await Promise.all(tabs.map((tab) => tab.call('whenPeers', 1)))
  const ms = performance.now() - startedAt
  const counts = await Promise.all(tabs.map((tab) => tab.call('countMessages')))
  expect(counts).toEqual(tabs.map(() => 0))
  await Promise.all(tabs.map((tab) => tab.call('broadcast', 'hello')))
  const heard = async () => {
    const all = await Promise.all(tabs.map((tab) => tab.call('countMessages')))
    return all.reduce((sum, count) => sum + count, 0) / (TABS * (TABS - 1))
  }
  await expect.poll(heard, { timeout: 10_000 }).toBeGreaterThanOrEqual(0.995)
  console.log(`${TABS} tabs linked after ${ms.toFixed(0)} ms, heard ${await heard()}`)
  expect(new Set(ids).size).toBe(TABS)
  expect(ms).toBeLessThanOrEqual(6000)
})
