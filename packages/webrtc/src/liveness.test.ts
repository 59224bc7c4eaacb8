import { expect, test } from 'vitest'
import { VirtualClock } from './fixtures/virtual-clock.ts'
import { Liveness } from './liveness.ts'

function watch() {
  const clock = new VirtualClock()
  const counts = { pings: 0, timeouts: 0 }
  const liveness = new Liveness({
    clock,
    heartbeatMs: 1000,
    silenceTimeoutMs: 6000,
    ping: () => counts.pings++,
    timeout: () => counts.timeouts++,
  })
  return { clock, liveness, counts }
}

test('silence of six seconds is a timeout, and not earlier', async () => {
  const { clock, counts } = watch()
  await clock.pass(5999)
  expect(counts).toEqual({ pings: 11, timeouts: 0 })
  await clock.pass(1)
  expect(counts.timeouts).toBe(1)
  expect(clock.pending).toBe(0)
})

test('anything heard starts the six seconds anew', async () => {
  const { clock, liveness, counts } = watch()
  await clock.pass(5700)
  liveness.heard()
  await clock.pass(5999)
  expect(counts.timeouts).toBe(0)
  await clock.pass(1)
  expect(counts.timeouts).toBe(1)
})

test('a link with traffic is never pinged', async () => {
  const { clock, liveness, counts } = watch()
  for (let round = 0; round < 100; round++) {
    await clock.pass(400)
    liveness.heard()
  }
  expect(counts).toEqual({ pings: 0, timeouts: 0 })
})

test('an event loop that stood still does not make the other side silent', async () => {
  const { clock, liveness, counts } = watch()
  await clock.pass(900)
  liveness.heard()
  clock.stall(60_000)
  await clock.pass(500)
  expect(counts.timeouts).toBe(0)
  liveness.heard()
  await clock.pass(5999)
  expect(counts.timeouts).toBe(0)
})

test('after the loop stood still, real silence is still noticed', async () => {
  const { clock, counts } = watch()
  clock.stall(60_000)
  await clock.pass(6500)
  expect(counts.timeouts).toBe(1)
})

test('a stopped watch leaves no timer', async () => {
  const { clock, liveness } = watch()
  await clock.pass(1700)
  liveness.stop()
  expect(clock.pending).toBe(0)
})
