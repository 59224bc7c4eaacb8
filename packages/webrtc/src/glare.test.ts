import { afterAll, beforeAll, expect, test } from 'vitest'
import { ChromiumPage } from './fixtures/chromium.ts'
import { crossTracks } from './fixtures/cross.ts'
import { glare, type Met } from './fixtures/glare.ts'
import { realLinks } from './fixtures/links.ts'
import { A, B, opened, pair } from './fixtures/pair.ts'
import { weriftEngine } from './werift.ts'

const links = realLinks(weriftEngine())
let page: ChromiumPage

beforeAll(async () => {
  page = await ChromiumPage.open()
}, 30_000)
afterAll(() => page.close())

/** Runs `meet` so many times, five at once. */
async function meetings(count: number, meet: () => Promise<Met>): Promise<Met[]> {
  const all: Met[] = []
  while (all.length < count) all.push(...(await Promise.all(Array.from({ length: 5 }, meet))))
  return all
}

test.each([
  ['werift', 30, () => glare(links)],
  ['Chromium', 50, () => page.call('glare')],
] as const)(
  'when both sides dial at once, each opens once, on the offer of the larger id: %s, %i times',
  async (_engine, count, meet) => {
    for (const { offered, connection, opens, rejected } of await meetings(count, meet)) {
      expect(offered.a).not.toBe(offered.b)
      expect(connection).toEqual({ a: offered.b, b: offered.b })
      expect(opens).toBe(2)
      expect(rejected).toBe(0)
    }
  },
  30_000,
)

test.each([
  [true, true],
  [true, false],
  [false, true],
] as const)(
  'werift and Chromium meet when werift dials: %s, Chromium dials: %s',
  async (here, there) => {
    for (const [self, remote] of [
      [A, B],
      [B, A],
    ] as const) {
      const link = links.create({ self, remote, dial: here })
      const id = await page.answer(link, { self: remote, remote: self, dial: there })
      const [connection] = await Promise.all([page.call('opened', id), opened(link)])
      expect(connection).toBe(link.connection)
      await link.close()
      expect(await page.call('closed', id)).toBe('bye')
    }
  },
)

test('tracks added on both sides at once are negotiated on an open link: Chromium', async () => {
  const { offers, connections, sections } = await page.call('renegotiate')
  expect(offers).toBeGreaterThanOrEqual(2)
  expect(connections).toBe(1)
  expect(sections[0]).toBe(sections[1])
  expect(sections[0]).toBeGreaterThanOrEqual(3)
})

test('tracks added on both sides at once are shown on both: Chromium, 10 times', async () => {
  expect(await crossTracks(page, 10)).toHaveLength(10)
}, 60_000)

test('tracks added on either side are negotiated on an open link: werift', async () => {
  const { a, b } = pair(links)
  await Promise.all([opened(a), opened(b)])
  const { connection } = a
  for (const link of [a, b]) {
    const answered = new Promise<void>((resolve) => {
      const other = link === a ? b : a
      other.on('signal', (signal) => {
        if (signal.type === 'answer') resolve()
      })
    })
    ;(link.peer as unknown as { addTransceiver(kind: string): void }).addTransceiver('audio')
    await answered
    await expect.poll(() => link.peer?.signalingState).toBe('stable')
  }
  expect([a.connection, b.connection]).toEqual([connection, connection])
  expect(a.peer?.localDescription?.sdp?.match(/^m=audio/gm)).not.toBeNull()
  const heard = new Promise<Uint8Array>((resolve) => b.on('frame', resolve))
  expect(a.send(Uint8Array.of(7))).toBe('sent')
  expect(await heard).toEqual(Uint8Array.of(7))
  expect(a.rejected + b.rejected).toBe(0)
  await Promise.all([a.close(), b.close()])
})
