import { expect, test } from 'vitest'
import { realLinks } from './fixtures/links.ts'
import { closed, opened, pair } from './fixtures/pair.ts'
import { weriftEngine } from './werift.ts'

const links = realLinks(weriftEngine())

test('3,000 messages a second of 2 KB never collapse a werift link', async () => {
  const { a, b } = pair(links)
  await Promise.all([opened(a), opened(b)])
  const perSecond: number[] = []
  let received = 0
  let sent = 0
  b.on('frame', () => received++)
  const frame = new Uint8Array(2048)
  const startedAt = performance.now()
  let offered = 0
  for (let second = 1; second <= 5; second++) {
    const before = received
    while (performance.now() - startedAt < second * 1000) {
      const due = ((performance.now() - startedAt) / 1000) * 3000
      for (; offered < due; offered++) if (a.send(frame) === 'sent') sent++
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    perSecond.push(received - before)
  }
  console.log(`received each second: ${perSecond.join(', ')}, refused ${offered - sent}`)
  // A collapse lets about ten a second through; a slow machine some hundreds.
  for (const count of perSecond) expect(count).toBeGreaterThan(100)
  const reason = closed(b)
  await a.close()
  expect(await reason).toBe('bye')
  expect(received).toBe(sent)
})

test('close right after 200 × 16 KB loses none of them, on five links at once', async () => {
  const run = async () => {
    const { a, b } = pair(links)
    await Promise.all([opened(a), opened(b)])
    const reason = closed(b)
    let received = 0
    b.on('frame', () => received++)
    const frame = new Uint8Array(16_384)
    for (let sent = 0; sent < 200; ) {
      if (a.send(frame) === 'sent') sent++
      else await new Promise<void>((resolve) => a.on('drain', () => resolve()))
    }
    await a.close()
    expect(await reason).toBe('bye')
    expect(received).toBe(200)
  }
  await Promise.all(Array.from({ length: 5 }, run))
})
