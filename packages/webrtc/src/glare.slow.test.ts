import { afterAll, beforeAll, expect, test } from 'vitest'
import { ChromiumPage } from './fixtures/chromium.ts'
import { crossTracks } from './fixtures/cross.ts'
import { glare, type Met } from './fixtures/glare.ts'
import { realLinks } from './fixtures/links.ts'
import { weriftEngine } from './werift.ts'

const COUNT = 200
let page: ChromiumPage

beforeAll(async () => {
  page = await ChromiumPage.open()
}, 30_000)
afterAll(() => page.close())

test('200 links on which both sides add a track at once show both, p95 within 500 ms', async () => {
  const times = await crossTracks(page, COUNT)
  expect(times).toHaveLength(COUNT)
  expect(times[COUNT * 0.95]).toBeLessThan(500)
}, 600_000)

test.each([
  ['werift', () => glare(links)],
  ['Chromium', () => page.call('glare')],
] as const)(
  '200 pairs that dial each other at once become one link each: %s',
  async (_engine, meet: () => Promise<Met>) => {
    for (let round = 0; round < COUNT; round++) {
      const { opens, connection, rejected } = await meet()
      expect([opens, rejected]).toEqual([2, 0])
      expect(connection.a).toBe(connection.b)
    }
  },
  600_000,
)

const links = realLinks(weriftEngine())
