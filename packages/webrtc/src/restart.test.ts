import { afterAll, beforeAll, expect, test } from 'vitest'
import { ChromiumPage } from './fixtures/chromium.ts'
import { UdpPath } from './fixtures/udp-path.ts'

let page: ChromiumPage
let path: UdpPath

beforeAll(async () => {
  path = new UdpPath()
  page = await ChromiumPage.open({ mdns: false })
}, 30_000)
afterAll(async () => {
  await page.close()
  path.close()
})

test('when a path breaks, Chromium finds another one for the same link: both sides restart', async () => {
  const ids = await page.pair((signal) => path.carry(signal))
  const [connection] = await Promise.all(ids.map((id) => page.call('opened', id)))
  await page.call('reach', ids[0], ids[1])
  const { candidates } = path
  path.cut()
  const seen = () => Promise.all(ids.map((id) => page.call('seen', id)))
  await expect
    .poll(async () => (await seen()).map((events) => events.at(-1)?.what), { timeout: 8000 })
    .toEqual(['recovered', 'recovered'])
  for (const events of await seen()) {
    expect(events.map(({ what }) => what)).toEqual(['suspect', 'recovered'])
    const [suspect, recovered] = events.map(({ at }) => at) as [number, number]
    console.log(`recovered ${(recovered - suspect).toFixed(0)} ms after it was suspect`)
    expect(recovered - suspect).toBeLessThan(2500)
  }
  expect(path.candidates).toBeGreaterThan(candidates)
  await page.call('reach', ids[0], ids[1])
  await page.call('reach', ids[1], ids[0])
  expect(await page.call('opened', ids[1])).toBe(connection)
  const rejected = await Promise.all(ids.map((id) => page.call('rejected', id)))
  expect(rejected).toEqual([0, 0])
  await page.call('close', ids[0])
  expect(await page.call('closed', ids[1])).toBe('bye')
}, 30_000)
