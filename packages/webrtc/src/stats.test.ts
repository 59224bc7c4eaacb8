import { afterAll, beforeAll, expect, test } from 'vitest'
import { ChromiumPage } from './fixtures/chromium.ts'
import { fakePeer } from './fixtures/fake-engine.ts'
import { openFakePair } from './fixtures/fake-pair.ts'
import { realLinks } from './fixtures/links.ts'
import { A, B, opened } from './fixtures/pair.ts'
import { weriftEngine } from './werift.ts'

let page: ChromiumPage

beforeAll(async () => {
  page = await ChromiumPage.open()
}, 30_000)
afterAll(() => page.close())

test('a link tells its round trip, its path and what went through it: werift and Chromium', async () => {
  const link = realLinks(weriftEngine()).create({ self: A, remote: B, dial: true })
  const id = await page.answer(link, { self: B, remote: A, dial: false })
  await Promise.all([opened(link), page.call('opened', id)])
  link.send(new Uint8Array(1000))
  const [here, there] = await Promise.all([link.stats(), page.call('stats', id)])
  for (const { rttMs, path, isRelayed } of [here, there]) {
    expect(rttMs).toBeLessThan(2000)
    expect(['host', 'prflx']).toContain(path.local)
    expect(isRelayed).toBe(false)
  }
  expect(here.sentBytes).toBe(1000)
  expect((await page.call('stats', id)).receivedBytes).toBe(1000)
  await link.close()
})

test('an engine without statistics and a side that does not answer leave gaps, no more', async () => {
  const { a, clock } = await openFakePair()
  fakePeer(a).channel.cut = true
  const stats = a.stats()
  await clock.pass(2000)
  expect(await stats).toEqual({
    ...{ rttMs: undefined, path: { local: undefined, remote: undefined }, isRelayed: undefined },
    ...{ sentBytes: 0, receivedBytes: 0, outstandingBytes: 0 },
  })
})
