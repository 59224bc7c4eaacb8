import { afterAll, beforeAll, expect, test } from 'vitest'
import { ChromiumPage } from './fixtures/chromium.ts'
import { Coturn } from './fixtures/coturn.ts'
import { relayLinks } from './fixtures/links.ts'
import { A, B, opened, pair } from './fixtures/pair.ts'
import { weriftEngine } from './werift.ts'

let coturn: Coturn
let page: ChromiumPage

beforeAll(async () => {
  coturn = await Coturn.start()
  page = await ChromiumPage.open()
}, 40_000)
afterAll(async () => {
  await page?.close()
  await coturn?.stop()
})

test('through a TURN server only: werift–werift', async () => {
  const { a, b } = pair(relayLinks(weriftEngine(), coturn.iceServers))
  await Promise.all([opened(a), opened(b)])
  for (const link of [a, b]) expect((await link.stats()).isRelayed).toBe(true)
  const heard = new Promise((resolve) => b.on('frame', resolve))
  a.send(Uint8Array.of(1, 2, 3))
  expect(await heard).toEqual(Uint8Array.of(1, 2, 3))
  expect(coturn.allocations).toBeGreaterThanOrEqual(2)
  await Promise.all([a.close(), b.close()])
})

test.each([true, false])(
  'through a TURN server only: werift–Chromium, werift dials: %s',
  async (dial) => {
    await page.call('relayOnly', coturn.iceServers)
    const link = relayLinks(weriftEngine(), coturn.iceServers).create({ self: A, remote: B, dial })
    const signals: string[] = []
    link.on('signal', (signal) => signals.push(JSON.stringify(signal)))
    const id = await page.answer(link, { self: B, remote: A, dial: !dial }, (signal) => {
      signals.push(JSON.stringify(signal))
    })
    await Promise.all([opened(link), page.call('opened', id)])
    expect((await link.stats()).isRelayed).toBe(true)
    expect((await page.call('stats', id)).isRelayed).toBe(true)
    // Nobody learned an address of the machine but the server's.
    for (const type of ['host', 'srflx']) expect(signals.join('\n')).not.toMatch(`typ ${type}`)
    await link.close()
  },
)

test('with wrong credentials there is no path, and the link says so in time', async () => {
  const wrong = coturn.iceServers.map((server) => ({ ...server, credential: 'wrong' }))
  const { a, b } = pair(relayLinks(weriftEngine(), wrong, { connectTimeoutMs: 2000 }))
  const reasons = [a, b].map((link) => new Promise((resolve) => link.on('close', resolve)))
  for (const reason of await Promise.all(reasons)) expect(['timeout', 'failed']).toContain(reason)
})
