import { afterAll, beforeAll, expect, test } from 'vitest'
import { ChromiumPage } from './fixtures/chromium.ts'

let page: ChromiumPage

beforeAll(async () => {
  page = await ChromiumPage.open()
}, 30_000)
afterAll(() => page.close())

test('a page that ran out of connections gets back those it closed', async () => {
  const startedAt = performance.now()
  const refused = await page.call('churn', 2000)
  const ms = performance.now() - startedAt
  console.log(`2,000 connections in ${ms.toFixed(0)} ms, ${refused} times there was none to be had`)
  expect(refused).toBeGreaterThan(0)
}, 60_000)
