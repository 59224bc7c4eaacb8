import { expect, test } from 'vitest'
import { RateGate } from './rate-gate.ts'

function gate(rate: number, burst: number) {
  let now = 1000
  const made = new RateGate(rate, burst, () => now)
  const over = (address: string, count: number) =>
    Array.from({ length: count }, () => made.isOver(address)).filter(Boolean).length
  const pass = (ms: number) => {
    now += ms
  }
  return { made, over, pass }
}

test('S4 one address may open so many connections at once, and so many a second after that', () => {
  const { over, pass } = gate(20, 100)
  expect(over('192.0.2.1', 100)).toBe(0)
  pass(1000)
  expect(over('192.0.2.1', 30)).toBe(10)
  // Whoever comes from elsewhere is not kept out.
  expect(over('192.0.2.2', 100)).toBe(0)
})

test('S4 who is a whole burst above its rate floods, until it waits', () => {
  const { made, over, pass } = gate(20, 100)
  over('192.0.2.1', 200)
  expect(made.isFlooding('192.0.2.1')).toBe(false)
  over('192.0.2.1', 1)
  expect(made.isFlooding('192.0.2.1')).toBe(true)
  expect(made.isFlooding('192.0.2.2')).toBe(false)
  pass(51)
  expect(made.isFlooding('192.0.2.1')).toBe(false)
  // Whoever goes on is flooding again with the next one.
  expect(over('192.0.2.1', 1)).toBe(1)
  expect(made.isFlooding('192.0.2.1')).toBe(true)
  pass(11_000)
  expect(over('192.0.2.1', 1)).toBe(0)
})

test('S4 addresses of one household are one, however they are written', () => {
  const { over } = gate(1, 2)
  expect(over('2001:db8::1', 2)).toBe(0)
  expect(over('2001:db8:0:0:ffff::2', 1)).toBe(1)
  expect(over('2001:db8:0:1::1', 1)).toBe(0)
  expect(over('192.0.2.1', 2)).toBe(0)
  expect(over('::ffff:192.0.2.1', 1)).toBe(1)
})

test('S4 of more than 10,000 addresses those that came longest ago are forgotten', () => {
  const { made, over } = gate(1, 1)
  for (let count = 0; count < 12_000; count++) {
    made.isOver(`10.0.${count >> 8}.${count & 255}`)
  }
  expect(made.size).toBe(10_000)
  expect(over('10.0.46.223', 1)).toBe(1)
  expect(over('10.0.0.0', 1)).toBe(0)
})
