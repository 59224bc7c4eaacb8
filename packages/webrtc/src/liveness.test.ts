import { describe, expect, test } from 'vitest'
import { VirtualClock } from './fixtures/virtual-clock.ts'
import { Liveness } from './liveness.ts'

function watch() {
  const clock = new VirtualClock()
  const counts = { pings: 0, suspects: 0, recoveries: 0, timeouts: 0 }
  const liveness = new Liveness({
    clock,
    heartbeatMs: 1000,
    suspectMs: 3000,
    silenceTimeoutMs: 6000,
    ping: () => counts.pings++,
    suspect: () => counts.suspects++,
    recovered: () => counts.recoveries++,
    timeout: () => counts.timeouts++,
  })
  return { clock, liveness, counts }
}

test('silence is suspect after three seconds, and a timeout after six', async () => {
  const { clock, counts } = watch()
  await clock.pass(2999)
  expect(counts).toEqual({ pings: 5, suspects: 0, recoveries: 0, timeouts: 0 })
  await clock.pass(1)
  expect(counts.suspects).toBe(1)
  await clock.pass(2999)
  expect(counts).toEqual({ pings: 11, suspects: 1, recoveries: 0, timeouts: 0 })
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

test('what is heard of again has recovered, and can become suspect again', async () => {
  const { clock, liveness, counts } = watch()
  await clock.pass(4000)
  liveness.heard()
  liveness.heard()
  expect([counts.suspects, counts.recoveries]).toEqual([1, 1])
  await clock.pass(2999)
  expect(counts.suspects).toBe(1)
  await clock.pass(1)
  expect([counts.suspects, counts.recoveries, counts.timeouts]).toEqual([2, 1, 0])
})

test('a link with traffic is never pinged', async () => {
  const { clock, liveness, counts } = watch()
  for (let round = 0; round < 100; round++) {
    await clock.pass(400)
    liveness.heard()
  }
  expect(counts).toEqual({ pings: 0, suspects: 0, recoveries: 0, timeouts: 0 })
})

test('an event loop that stood still does not make the other side silent', async () => {
  const { clock, liveness, counts } = watch()
  await clock.pass(900)
  liveness.heard()
  clock.stall(60_000)
  await clock.pass(500)
  expect([counts.suspects, counts.timeouts]).toEqual([0, 0])
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

test('an event loop that stands still again and again does not make the other side suspect', async () => {
  const { clock, liveness, counts } = watch()
  for (let round = 0; round < 20; round++) {
    clock.stall(2500)
    await clock.pass(600)
    liveness.heard()
  }
  expect([counts.suspects, counts.timeouts]).toEqual([0, 0])
})

describe('a check', () => {
  test('pings at once, and an answer ends it', async () => {
    const { clock, liveness, counts } = watch()
    liveness.check()
    expect(counts.pings).toBe(1)
    await clock.pass(100)
    liveness.heard()
    await clock.pass(2900)
    expect([counts.suspects, counts.timeouts]).toEqual([0, 0])
  })

  test('without an answer in 1.5 s makes suspect, and changes nothing about the timeout', async () => {
    const { clock, liveness, counts } = watch()
    liveness.check()
    await clock.pass(1499)
    expect(counts.suspects).toBe(0)
    await clock.pass(1)
    expect(counts.suspects).toBe(1)
    await clock.pass(4499)
    expect([counts.suspects, counts.timeouts]).toEqual([1, 0])
    await clock.pass(1)
    expect(counts.timeouts).toBe(1)
    expect(clock.pending).toBe(0)
  })

  test('after a long stall without an answer in 1.5 s is a timeout', async () => {
    const { clock, liveness, counts } = watch()
    clock.stall(8000)
    await clock.pass(0)
    liveness.check()
    await clock.pass(1499)
    expect(counts.timeouts).toBe(0)
    await clock.pass(1)
    expect(counts.timeouts).toBe(1)
    expect(clock.pending).toBe(0)
  })

  test('asks again if its own timer is late', async () => {
    const { clock, liveness, counts } = watch()
    clock.stall(8000)
    liveness.check()
    clock.stall(8000)
    await clock.pass(0)
    expect(counts).toMatchObject({ suspects: 0, timeouts: 0 })
    liveness.heard()
    await clock.pass(2000)
    expect(counts).toMatchObject({ suspects: 0, timeouts: 0 })
  })

  test('that others follow at once pings once', () => {
    const { liveness, counts } = watch()
    for (let count = 0; count < 100; count++) liveness.check()
    expect(counts.pings).toBe(1)
  })
})

test('a stopped watch leaves no timer', async () => {
  const { clock, liveness } = watch()
  await clock.pass(1700)
  liveness.check()
  liveness.stop()
  expect(clock.pending).toBe(0)
})
