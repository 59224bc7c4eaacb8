import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { writeFigures } from './figures.ts'
import { Stage } from './stage.ts'
import type { Tab } from './tab.ts'

const LAN = 'https://192.0.2.7:3443/'

let stage: Stage
let [first, second]: Tab[] = []
let [a, b]: Tab[] = []

beforeAll(async () => {
  stage = await Stage.set({ addresses: [LAN] })
}, 60_000)

beforeEach(async () => {
  ;[first, second] = [await stage.open(2), await stage.open(3)]
  ;[a, b] = [first as Tab, second as Tab]
  await a.sees(3)
}, 60_000)

afterEach(async () => {
  expect(await stage.closeTabs()).toEqual([])
  const page = await stage.open(2)
  expect(page.trouble).toEqual([])
  await stage.closeTabs()
}, 60_000)

afterAll(async () => {
  writeFigures()
  await stage?.close()
})

const both = (): [Tab, Tab] => [a as Tab, b as Tab]

/** A file of so many random bytes, with its hash. */
function makeFile(name: string, size: number): { path: string; sha256: string } {
  const bytes = randomBytes(size)
  const path = join(stage.directory, name)
  writeFileSync(path, bytes)
  return { path, sha256: createHash('sha256').update(bytes).digest('hex') }
}

test('a file that is chosen for a peer arrives there, with its hash', async () => {
  const [from, to] = both()
  const { path, sha256 } = makeFile('holiday.bin', 8_000_000)
  await from.choose(await to.id())
  await from.show('Files')
  await from.page.locator('input[type=file]').setInputFiles(path)
  await to.show('Files')
  await to.button('Accept').click()
  await to.page.getByText('arrived, and checked').waitFor()
  await to.page.getByText(sha256).waitFor()
  await from.page.getByText(sha256).waitFor()
  const saved = to.page.waitForEvent('download')
  await to.page.getByRole('link', { name: 'Save' }).click()
  expect((await saved).suggestedFilename()).toBe('holiday.bin')
}, 60_000)

test('a file dropped on a peer in the picture is offered to it, and can be cancelled there', async () => {
  const [from, to] = both()
  const dot = from.page.locator(`[data-peer="${await to.id()}"]`)
  const files = await from.page.evaluateHandle(() => {
    const transfer = new DataTransfer()
    transfer.items.add(new File(['dropped'], 'dropped.txt'))
    return transfer
  })
  await dot.dispatchEvent('drop', { dataTransfer: files })
  await to.show('Files')
  await to.page.locator('.file').getByText('dropped.txt').waitFor()
  await to.button('Cancel').click()
  await from.page.getByText('cancelled').waitFor()
}, 60_000)

test('a transfer goes on where it was when its link is cut', async () => {
  const [from, to] = both()
  const { path, sha256 } = makeFile('long.bin', 60_000_000)
  await from.choose(await to.id())
  await from.show('Files')
  await from.page.locator('input[type=file]').setInputFiles(path)
  await to.show('Files')
  await to.button('Accept').click()
  await from.button('Cut the link').click()
  await to.page.getByText(sha256).waitFor({ timeout: 60_000 })
}, 90_000)

test('a picture is seen by those it is for, until it ends', async () => {
  const [from, to] = both()
  await from.show('Video')
  await to.show('Video')
  await from.button('Send a test picture').click()
  await to.button('Start the camera').click()
  const name = (await from.id()).slice(0, 8)
  const tile = to.page.getByLabel(`Picture of ${name}`)
  await tile.waitFor()
  await expect
    .poll(() => tile.evaluate((video: HTMLVideoElement) => video.videoWidth), { timeout: 20_000 })
    .toBeGreaterThan(0)
  expect(await from.barriers()).toEqual([])
  await from.page.getByRole('checkbox', { name: (await to.id()).slice(0, 8) }).uncheck()
  await tile.waitFor({ state: 'detached' })
  await from.page.getByRole('checkbox', { name: (await to.id()).slice(0, 8) }).check()
  await tile.waitFor()
  await from.button('Stop').click()
  await tile.waitFor({ state: 'detached' })
}, 60_000)

test('two write one text, see each other’s carets, and merge what they wrote apart', async () => {
  const [from, to] = both()
  const text = (tab: Tab) => tab.page.getByLabel('Shared document')
  const value = (tab: Tab) => text(tab).inputValue()
  for (const tab of [from, to]) {
    await tab.show('Document')
    await tab.page.getByText(/^\d+ share it/).waitFor({ timeout: 30_000 })
  }
  await text(from).press('Control+Home')
  await from.page.keyboard.type('one ')
  await expect.poll(() => value(to), { timeout: 20_000 }).toContain('one ')
  await from.page.locator('.caret').waitFor({ state: 'detached' })
  await text(to).press('Control+End')
  await to.page.keyboard.type('two ')
  await expect.poll(() => value(from), { timeout: 20_000 }).toContain('two ')
  await from.page.locator('.caret').waitFor()
  await from.page.getByRole('switch', { name: 'Online' }).uncheck()
  await text(from).press('Control+Home')
  await from.page.keyboard.type('offline ')
  await from.page.getByText(/8 edits wait/).waitFor()
  await text(to).press('Control+End')
  await to.page.keyboard.type('meanwhile ')
  expect(await value(to)).not.toContain('offline')
  await from.page.getByRole('switch', { name: 'Online' }).check()
  await expect.poll(() => value(to), { timeout: 20_000 }).toContain('offline ')
  await expect.poll(() => value(from), { timeout: 20_000 }).toContain('meanwhile ')
  expect(await value(from)).toBe(await value(to))
  expect(await from.barriers()).toEqual([])
}, 90_000)

test('a value put in one tab is read in another, and the ring shows who keeps it', async () => {
  const [from, to] = both()
  await from.show('Ring')
  await from.page.getByLabel('Key', { exact: true }).fill('colour')
  await from.page.getByLabel('Value').fill('green')
  await from.button('Put or get').click()
  await from.page.getByText('“colour” is stored').waitFor()
  expect(await from.page.locator('.ring .keeps').count()).toBeGreaterThanOrEqual(3)
  await to.show('Ring')
  await to.page.getByLabel('Key', { exact: true }).fill('colour')
  await to.button('Put or get').click()
  await to.page.getByText('“colour” is “green”').waitFor()
  expect(await to.barriers()).toEqual([])
}, 60_000)

test('a picture is computed by all who have opened the panel', async () => {
  const [from, to] = both()
  for (const tab of [from, to]) {
    await tab.show('Volunteer')
    await tab.page.getByText('You are in the tree').waitFor({ timeout: 60_000 })
  }
  await from.button('Compute the picture').click()
  await from.page.getByText('300 of 300 rows').waitFor({ timeout: 90_000 })
  const list = from.page.getByRole('list', { name: 'Who computed' })
  const texts = await list.getByRole('listitem').allTextContents()
  const counts = texts.map((text) => Number(/(\d+) rows/.exec(text)?.[1]))
  expect(counts.reduce((sum, rows) => sum + rows, 0)).toBe(300)
  expect(counts.filter((rows) => rows > 0)).toHaveLength(2)
  expect(await from.barriers()).toEqual([])
}, 180_000)

test('the invitation names an address that phones reach, as a link and as a picture', async () => {
  const [from] = both()
  await from.show('Invite')
  await expect
    .poll(() => from.page.getByLabel('Link to this network').inputValue(), { timeout: 20_000 })
    .toBe(`${LAN}?network=demo`)
  await from.page.getByRole('img', { name: 'The link as a QR code' }).waitFor()
  await from.button('Copy').click()
  await from.button('Copied').waitFor()
  expect(await from.page.evaluate(() => navigator.clipboard.readText())).toContain(LAN)
  expect(await from.barriers()).toEqual([])
}, 60_000)

test('the inspector shows events and a diagnosis, and copies both', async () => {
  const [from] = both()
  await from.button('Inspector').click()
  await from.page.getByText('peerConnected').first().waitFor()
  await from.button('Diagnose').click()
  await from.page.getByText(/\d findings?/).waitFor()
  await from.page.getByText('NO_STUN').waitFor()
  expect(await from.barriers()).toEqual([])
  await from.button('Copy as JSON').click()
  await from.page.getByText('Copied', { exact: true }).waitFor()
  const report = JSON.parse(await from.page.evaluate(() => navigator.clipboard.readText()))
  expect(report).toMatchObject({ peerId: await from.id(), where: { network: 'demo' } })
  expect(JSON.stringify(report)).not.toMatch(/private|secret/i)
}, 60_000)

test('the table says what the picture shows, and the live region what is new', async () => {
  const [from, to] = both()
  await from.button('As a table').click()
  const rows = from.page.getByRole('row')
  await expect.poll(() => rows.count()).toBe(4)
  await from.button(`choose ${(await to.id()).slice(0, 8)}`).click()
  await from.say('from the table')
  await to.page.getByText('from the table').waitFor()
  expect(await from.barriers()).toEqual([])
  await from.button('Cut 30 % of links').click()
  await from.page.locator('.unseen').getByText('the stopwatch runs').waitFor()
  await from.page.locator('.unseen').getByText('Healed').waitFor({ timeout: 60_000 })
}, 90_000)

test('messages ripple along their ways, but not for those who want less movement', async () => {
  const [from] = both()
  const still = await stage.open(4, { reducedMotion: 'reduce' })
  const watch = (tab: Tab) =>
    tab.page.evaluate(() => {
      const seen = { count: 0 }
      Object.assign(globalThis, { ripplesSeen: seen })
      new MutationObserver((changes) => {
        for (const { addedNodes } of changes) {
          for (const node of addedNodes) if ((node as Element).matches?.('.ripple')) seen.count++
        }
      }).observe(document.body, { childList: true, subtree: true })
    })
  const seen = (tab: Tab) =>
    tab.page.evaluate(() => (globalThis as { ripplesSeen?: { count: number } }).ripplesSeen?.count)
  await Promise.all([watch(from), watch(still)])
  await from.say('who hears me?')
  await still.page.getByText('who hears me?').waitFor()
  // Two tabs and the program say which way it came.
  await expect.poll(() => seen(from), { timeout: 20_000 }).toBeGreaterThanOrEqual(3)
  expect(await seen(still)).toBe(0)
}, 60_000)
