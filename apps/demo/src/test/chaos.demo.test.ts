import { expect, test } from 'vitest'
import { openLan } from '../../server/lan.mjs'
import { figures } from './figures.ts'
import { onStage } from './on-stage.ts'
import type { Stage } from './stage.ts'
import type { Tab } from './tab.ts'

let stage: Stage
onStage((set) => {
  stage = set
})

test('a killed hub comes back, and messages do without it', async () => {
  const [first, second] = [await stage.open(2), await stage.open(3)]
  await first.button('Kill the hub').click()
  await first.page.getByText('The hub is gone').waitFor()
  await first.say('nobody needs a hub')
  await second.page.getByText('nobody needs a hub').waitFor()
  figures.healed['hub killed'] = await first.healed()
}, 120_000)

test('a page that stands still is heard of again', async () => {
  const [first, second] = [await stage.open(2), await stage.open(3)]
  await first.sees(3)
  // The click ends only when the page goes on.
  const missed = second.page.locator('.dot.suspect').waitFor()
  await first.button('Freeze this page').click()
  await missed
  figures.healed['page frozen for 5 s'] = await first.healed()
  await second.page.locator('.dot.suspect').waitFor({ state: 'detached' })
}, 120_000)

test('eight tabs see each other, hear each other, and heal', async () => {
  const tabs: Tab[] = []
  for (let count = 2; count <= 9; count++) tabs.push(await stage.open(count))
  await Promise.all(tabs.map((tab) => tab.sees(9)))
  const [first, ...others] = tabs as [Tab, ...Tab[]]
  await first.say('to all eight')
  await Promise.all(others.map((tab) => tab.page.getByText('to all eight').waitFor()))
  for (const panel of ['Files', 'Video', 'Document', 'Volunteer', 'Ring', 'Invite']) {
    await Promise.all(tabs.map((tab) => tab.show(panel)))
  }
  await Promise.all(
    tabs.map((tab) => tab.page.getByRole('img', { name: 'The link as a QR code' }).waitFor()),
  )
  await first.button('Cut 30 % of links').click()
  figures.healed['30 % of links cut, eight tabs'] = await first.healed()
}, 240_000)

test('five more peers come and go in one page, and others see it', async () => {
  const [tab, other] = [await stage.open(2), await stage.open(3)]
  await tab.button('Open five more peers').click()
  await Promise.all([tab.sees(8), other.sees(8)])
  await tab.button('Cut 30 % of links').click()
  figures.healed['30 % of links cut, five more'] = await tab.healed()
  await tab.button('Close the 5 extra').click()
  await Promise.all([tab.sees(3), other.sees(3)])
}, 120_000)

test('over the local network, with the certificate of this run, it is the same network', async () => {
  const port = stage.hub.address.port
  const lan = await openLan({ to: port, port: 0, hosts: ['127.0.0.1'] })
  try {
    const inside = await stage.open(2)
    const [url = ''] = lan.addresses
    const phone = await stage.open(3, { url, ignoreHTTPSErrors: true })
    await phone.say('from a phone')
    await inside.page.getByText('from a phone').waitFor()
    await expect(fetch(url)).rejects.toThrow()
  } finally {
    await stage.closeTabs()
    await lan.stop()
  }
}, 60_000)
