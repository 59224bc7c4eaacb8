import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { figures } from './test/figures.ts'
import { onStage } from './test/on-stage.ts'
import type { Stage } from './test/stage.ts'

let stage: Stage
onStage((set) => {
  stage = set
})

test('two tabs chat, with everybody and with one, and see which way it came', async () => {
  const [first, second] = [await stage.open(2), await stage.open(3)]
  await first.sees(3)
  const [a, b] = [await first.id(), await second.id()]
  expect(a).not.toBe(b)
  await first.say('hello from the first tab')
  await second.page.getByText('hello from the first tab').waitFor()
  expect(await second.page.locator('.log li').first().textContent()).toMatch(/\d hops?$/)
  // The program beside the hub answers whoever writes.
  await first.page.getByText('I heard “hello from the first tab”').waitFor()
  await second.choose(a)
  await second.say('for you alone')
  await first.page.getByText('for you alone').waitFor()
  await second.page.getByText(/delivered in \d+ ms/).waitFor()
  expect(await first.page.locator('.picture line').count()).toBe(4)
}, 60_000)

test('it works by keyboard alone on a phone-sized screen, which nothing overflows', async () => {
  const { page } = await stage.open(2, { viewport: { width: 360, height: 640 } })
  const width = () => page.evaluate(() => document.documentElement.scrollWidth)
  expect(await width()).toBeLessThanOrEqual(360)
  const focused = () =>
    page.evaluate(() => {
      const { activeElement: one } = document
      return one?.getAttribute('aria-label') ?? one?.textContent ?? ''
    })
  const tabTo = async (label: RegExp) => {
    for (let count = 0; count < 20 && !label.test(await focused()); count++) {
      await page.keyboard.press('Tab')
    }
    expect(await focused()).toMatch(label)
  }
  await tabTo(/^Write to Node/)
  await page.keyboard.press('Enter')
  await tabTo(/^Message$/)
  await page.keyboard.type('by keyboard')
  await page.keyboard.press('Enter')
  await page.getByText(/delivered in \d+ ms/).waitFor()
  await page.getByText('I heard “by keyboard” directly').waitFor()
  for (let back = 0; back < 4; back++) await page.keyboard.press('Shift+Tab')
  await tabTo(/^Chat$/)
  for (const name of ['Files', 'Video', 'Document', 'Volunteer', 'Ring', 'Invite']) {
    await page.keyboard.press('ArrowRight')
    await page.getByRole('tab', { name, selected: true }).waitFor()
    await page.getByRole('tabpanel').locator('.pad').waitFor()
    expect([name, await width()]).toEqual([name, 360])
  }
}, 60_000)

test('the first load is small, says nothing to third parties, and a peer is linked soon', async () => {
  const tab = await stage.open(2)
  const loaded = new Set<string>()
  tab.page.on('response', (response) => loaded.add(response.url()))
  await tab.page.reload()
  await tab.sees(2)
  const marks = (await tab.page.evaluate(() =>
    performance.getEntriesByType('mark').map(({ name, startTime }) => [name, startTime]),
  )) as [string, number][]
  const at = Object.fromEntries(marks)
  expect([...loaded].filter((url) => !url.startsWith(`${stage.url}/`))).toEqual([])
  // What the document itself asks for; all else is loaded when it is shown.
  const html = await (await fetch(stage.url)).text()
  const first = [...loaded].filter((url) => {
    const name = new URL(url).pathname
    return name === '/' || html.includes(name.slice(1))
  })
  const sizes = await Promise.all(
    first.map(async (url) => {
      const body = new Uint8Array(await (await fetch(url)).arrayBuffer())
      return gzipSync(body, { level: 9 }).length
    }),
  )
  figures.firstLoadBytes = sizes.reduce((sum, size) => sum + size, 0)
  figures.connectedMs = Math.round(at['linked'] as number)
  expect(sizes.length).toBeGreaterThanOrEqual(3)
  expect(figures.firstLoadBytes).toBeLessThanOrEqual(80_000)
}, 60_000)

test('axe finds no serious barrier in the page, light or dark', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const tab = await stage.open(2, { colorScheme })
    await tab.page.locator('.chaos').waitFor()
    expect(await tab.barriers()).toEqual([])
    await stage.closeTabs()
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}, 60_000)
