import type { Signal } from '@pigeon/transport'
import { expect, test } from 'vitest'
import { realLinks } from './fixtures/links.ts'
import { opened, pair } from './fixtures/pair.ts'
import { type WeriftOptions, weriftEngine } from './werift.ts'

/** Opens and closes a link, and returns the addresses that its ends offered: `address:port`. */
async function offered(options: WeriftOptions): Promise<string[]> {
  const { a, b } = pair(realLinks(weriftEngine(options)))
  const signals: Signal[] = []
  for (const link of [a, b]) link.on('signal', (signal) => signals.push(signal))
  await Promise.all([opened(a), opened(b)])
  await Promise.all([a.close(), b.close()])
  const text = JSON.stringify(signals)
  const lines = [...text.matchAll(/candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host/gi)]
  return [...new Set(lines.map(([, address, port]) => `${address}:${port}`))]
}

test('werift keeps to the ports it is given', async () => {
  const ports = (await offered({ portRange: [41_000, 41_100] })).map((each) =>
    Number(each.slice(each.lastIndexOf(':') + 1)),
  )
  expect(ports.length).toBeGreaterThanOrEqual(2)
  for (const port of ports) {
    expect(port).toBeGreaterThanOrEqual(41_000)
    expect(port).toBeLessThanOrEqual(41_100)
  }
})

test('werift offers announced addresses too, at the same ports', async () => {
  const all = await offered({ announcedAddresses: ['192.0.2.7'] })
  const announced = all.filter((each) => each.startsWith('192.0.2.7:'))
  expect(announced.length).toBeGreaterThanOrEqual(2)
  for (const each of announced) {
    const port = each.slice('192.0.2.7'.length)
    expect(all.some((other) => other !== each && other.endsWith(port))).toBe(true)
  }
})

test('options of werift that make no sense are named', () => {
  expect(() => weriftEngine({ receiveWindowBytes: 1 })).toThrow('receiveWindowBytes is a number')
  for (const portRange of [
    [80, 90],
    [5000, 5000],
    [6000, 5000],
    [5000.5, 6000],
    [60_000, 70_000],
  ] as const) {
    expect(() => weriftEngine({ portRange }), String(portRange)).toThrow('portRange is two ports')
  }
  const announcedAddresses = ['hub.example.org']
  expect(() => weriftEngine({ announcedAddresses })).toThrow('got hub.example.org')
})
