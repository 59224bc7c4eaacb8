import { afterAll, beforeAll, expect, test } from 'vitest'
import { ChromiumPage } from './fixtures/chromium.ts'
import { realLinks } from './fixtures/links.ts'
import { A, B, closed, opened } from './fixtures/pair.ts'
import { weriftEngine } from './werift.ts'

const links = realLinks(weriftEngine())
let page: ChromiumPage

beforeAll(async () => {
  page = await ChromiumPage.open()
}, 30_000)
afterAll(() => page.close())

test.each([
  ['werift', true],
  ['Chromium', false],
] as const)(
  'werift and Chromium, which hides its addresses, open within a second when %s dials',
  async (name, dial) => {
    const times: number[] = []
    for (let round = 0; round < 3; round++) {
      const startedAt = performance.now()
      const link = links.create({ self: A, remote: B, dial })
      const candidates: string[] = []
      const id = await page.answer(link, { self: B, remote: A, dial: !dial }, (signal) => {
        candidates.push((signal as { candidate?: string }).candidate ?? '')
      })
      await Promise.all([opened(link), page.call('opened', id)])
      times.push(Math.round(performance.now() - startedAt))
      expect(candidates.some((candidate) => candidate.includes('.local'))).toBe(true)
      await link.close()
    }
    console.log(`${name} dialled: open after ${times.join(', ')} ms`)
    // The first one of a process also compiles and makes keys.
    expect(times.sort((a, b) => a - b)[1]).toBeLessThan(1000)
  },
)

test.each([true, false])(
  'no record of werift is taken for a replay: the first messages come at once, werift dials: %s',
  async (dial) => {
    const link = links.create({ self: A, remote: B, dial })
    const id = await page.answer(link, { self: B, remote: A, dial: !dial })
    await Promise.all([opened(link), page.call('opened', id)])
    // One after the other, so that nothing but time tells the sender of a loss: a second.
    const times: number[] = []
    for (let frame = 1; frame <= 20; frame++) {
      const startedAt = performance.now()
      link.send(Uint8Array.of(frame))
      await expect.poll(() => page.call('heard', id), { interval: 5, timeout: 5000 }).toBe(frame)
      times.push(performance.now() - startedAt)
    }
    expect(Math.max(...times)).toBeLessThan(900)
    await link.close()
  },
)

test('a close of either side is bye to the other at once', async () => {
  for (const here of [true, false]) {
    const link = links.create({ self: A, remote: B, dial: true })
    const reason = closed(link)
    const id = await page.answer(link, { self: B, remote: A, dial: false })
    await Promise.all([opened(link), page.call('opened', id)])
    const startedAt = performance.now()
    if (here) await link.close()
    else await page.call('close', id)
    expect(await (here ? page.call('closed', id) : reason)).toBe('bye')
    expect(performance.now() - startedAt).toBeLessThan(500)
  }
})

test('a page that goes away without a word is noticed', async () => {
  const other = await ChromiumPage.open()
  const link = links.create({ self: A, remote: B, dial: true })
  const reason = closed(link)
  const id = await other.answer(link, { self: B, remote: A, dial: false })
  await Promise.all([opened(link), other.call('opened', id)])
  await other.close()
  // Its process has ended: until then it was heard.
  const startedAt = performance.now()
  expect(['timeout', 'failed']).toContain(await reason)
  expect(performance.now() - startedAt).toBeLessThan(6500)
}, 30_000)
