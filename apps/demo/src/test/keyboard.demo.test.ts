import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { onStage } from './on-stage.ts'
import type { Stage } from './stage.ts'

let stage: Stage
onStage((set) => {
  stage = set
})

const PANELS = ['Chat', 'Files', 'Video', 'Document', 'Volunteer', 'Ring', 'Invite']

/** What a control is called, or says; and whether it is seen that it has the focus. */
interface Stop {
  readonly name: string
  readonly isShown: boolean
}

/** Functions that run in the page: what can be done there, and what has the focus. */
const WALK = `
  const name = (one) => {
    const label = one.getAttribute('aria-label') ?? one.labels?.[0]?.textContent
    return (label ?? one.textContent).trim() || one.tagName
  }
  const isSeen = (one) => one.getClientRects().length > 0
  globalThis.keyboard = {
    controls: () =>
      [...document.querySelectorAll('button, a[href], input, select, textarea, [role="button"]')]
        .filter((one) => isSeen(one) && !one.disabled && one.tabIndex >= 0)
        .map(name),
    focused: () => {
      const one = document.activeElement
      // In the picture it is the ring around a peer; of a hidden field, its label.
      const ring = one.querySelector('.target') ?? one.closest('.button') ?? one
      const { outlineStyle, stroke } = getComputedStyle(ring)
      const isRing = stroke !== 'none' && stroke !== 'rgba(0, 0, 0, 0)'
      return { name: name(one), isShown: one !== document.body && (outlineStyle !== 'none' || isRing) }
    },
  }
`

const controls = (page: Page): Promise<string[]> =>
  page.evaluate('keyboard.controls()') as Promise<string[]>
const focused = (page: Page): Promise<Stop> => page.evaluate('keyboard.focused()') as Promise<Stop>

/** Presses Tab from the beginning until it comes around. */
async function walk(page: Page): Promise<Stop[]> {
  await page.evaluate(WALK)
  const [first] = await controls(page)
  await page.locator('button, a[href]').first().focus()
  await page.keyboard.press('Shift+Tab')
  const stops: Stop[] = []
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab')
    const stop = await focused(page)
    if (stops.length > 0 && stop.name === first) break
    if (stop.isShown || stop.name === first || stops.length > 0) stops.push(stop)
  }
  return stops
}

/** Presses Tab, or Shift and Tab, until a control has the focus. */
async function tabTo(page: Page, name: RegExp, key = 'Tab'): Promise<void> {
  await page.evaluate(WALK)
  for (let presses = 0; presses < 80; presses++) {
    if (name.test((await focused(page)).name)) return
    await page.keyboard.press(key)
  }
  expect((await focused(page)).name).toMatch(name)
}

test('Tab reaches every control of every panel, and where it is can be seen', async () => {
  const tab = await stage.open(2)
  const { page } = tab
  await tab.button('Inspector').press('Enter')
  await page.getByText('peerConnected').first().waitFor()
  for (const panel of PANELS) {
    await tab.show(panel)
    await page.getByRole('tabpanel').locator('.pad, .chat').waitFor()
    const stops = await walk(page)
    const names = stops.map(({ name }) => name)
    for (const control of await controls(page)) expect([panel, ...names]).toContain(control)
    expect(stops.filter(({ name, isShown }) => !isShown && name !== 'BODY')).toEqual([])
  }
}, 120_000)

test('what is pressed by keyboard does what a click does, and the place is kept', async () => {
  const [tab, other] = [await stage.open(2), await stage.open(3)]
  const { page } = tab
  // From the start: the browser is told only after a moment that somebody waits for it.
  const chooser = page.waitForEvent('filechooser', { timeout: 60_000 })
  await tab.sees(3)
  const here = async () => (await focused(page)).name
  await tabTo(page, /^As a table$/)
  await page.keyboard.press('Space')
  await page.getByRole('row').nth(2).waitFor()
  expect(await here()).toBe('As a table')
  await page.keyboard.press('Space')
  await page.locator(`[data-peer="${await other.id()}"]`).press('Enter')

  await tabTo(page, /^Chat$/)
  await page.keyboard.press('ArrowRight')
  await tabTo(page, /^Choose files/)
  await page.keyboard.press('Enter')
  const path = join(stage.directory, 'by-keyboard.txt')
  writeFileSync(path, 'by keyboard')
  await (await chooser).setFiles(path)
  await other.show('Files')
  await other.page.getByRole('button', { name: 'Accept' }).focus()
  await other.page.keyboard.press('Enter')
  await other.page.getByText('arrived, and checked').waitFor()
  // The button that was pressed is gone; the next one of its row has the focus.
  await expect
    .poll(() => other.page.evaluate(() => document.activeElement?.textContent))
    .toBe('Save')

  await tabTo(page, /^Files$/, 'Shift+Tab')
  await page.keyboard.press('ArrowRight')
  await tabTo(page, /^Send a test picture$/)
  await page.keyboard.press('Enter')
  await expect.poll(here).toBe('Stop')
  await page.keyboard.press('Enter')
  await expect.poll(here).toBe('Start the camera')

  await tabTo(page, /^Video$/, 'Shift+Tab')
  await page.keyboard.press('End')
  await page.getByRole('tab', { name: 'Invite', selected: true }).waitFor()
  await tabTo(page, /^Copy$/)
  await page.keyboard.press('Enter')
  await expect.poll(here).toBe('Copied')
}, 120_000)

test('a screen reader hears what begins and ends, and no stopwatch', async () => {
  const [tab, other] = [await stage.open(2), await stage.open(3)]
  await tab.sees(3)
  const said = tab.page.locator('.unseen')
  await tab.button('Cut 30 % of links').press('Enter')
  await said.getByText('30 % of links cut: the stopwatch runs').waitFor()
  expect(await tab.page.locator('.watch').getAttribute('aria-live')).toBe('off')
  await said.getByText(/^Healed after \d+\.\d s$/).waitFor({ timeout: 60_000 })
  await other.show('Video')
  await other.button('Send a test picture').press('Enter')
  await said.getByText(`${(await other.id()).slice(0, 8)} sends a picture`).waitFor()
}, 120_000)
