import { ManualClock } from '@pigeon/transport/testing'
import type { PeerId } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { DialPatience } from './dial-patience.ts'
import { FillPause } from './fill-pause.ts'
import { NotBefore } from './not-before.ts'

const id = (n: number) => n.toString(16).padStart(40, '0') as PeerId
const A = id(1)

test('a peer is left alone until its time has come', () => {
  const clock = new ManualClock()
  const notBefore = new NotBefore(clock)
  expect(notBefore.isDue(A)).toBe(true)
  notBefore.wait(A, 1000)
  clock.advance(999)
  expect(notBefore.isDue(A)).toBe(false)
  clock.advance(1)
  expect(notBefore.isDue(A)).toBe(true)
  for (const end of [() => notBefore.delete(A), () => notBefore.clear()]) {
    notBefore.wait(A, 1000)
    end()
    expect(notBefore.isDue(A)).toBe(true)
  }
})

test('1,000 waits are remembered, those set last', () => {
  const notBefore = new NotBefore(new ManualClock())
  for (let n = 0; n < 1000; n++) notBefore.wait(id(n), 1000)
  notBefore.wait(id(0), 1000)
  notBefore.wait(id(1000), 1000)
  expect([0, 1, 2, 1000].map((n) => notBefore.isDue(id(n)))).toEqual([false, true, false, false])
})

test('dials to fill places pause for 2 s after a failure, twice as long after each, at most 5 min', () => {
  const clock = new ManualClock()
  const pause = new FillPause(clock)
  const pauses = (seconds: number) => {
    pause.failed()
    clock.advance(seconds * 1000 - 1)
    expect([seconds, pause.isOver]).toEqual([seconds, false])
    clock.advance(1)
    expect([seconds, pause.isOver]).toEqual([seconds, true])
  }
  for (const seconds of [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]) pauses(seconds)
  pause.linked()
  pauses(2)
  pause.failed()
  pause.forgive()
  expect(pause.isOver).toBe(true)
  pauses(2)
})

describe('a connection that this side dials', () => {
  function dialling() {
    const clock = new ManualClock()
    const patience = new DialPatience(clock)
    /** How long it waits if nothing comes, ms. */
    const waits = (failures = 0) => {
      const from = clock.now()
      let overAt: number | undefined
      patience.begin(A, failures, () => {
        overAt = clock.now()
      })
      clock.advance(60_000)
      return (overAt ?? Number.NaN) - from
    }
    const opensAfter = (ms: number) => {
      patience.begin(A, 0, () => expect.unreachable('given up'))
      clock.advance(ms)
      patience.opened(A)
    }
    return { clock, patience, waits, opensAfter }
  }

  test('may take 4 s, twice as long after each failure beyond the first, 30 s at most', () => {
    for (const [failures, ms] of [4000, 4000, 8000, 16_000, 30_000, 30_000].entries()) {
      expect([failures, dialling().waits(failures)]).toEqual([failures, ms])
    }
  })

  test('may take longer than the slowest of the last eight', () => {
    const { waits, opensAfter } = dialling()
    opensAfter(3000)
    expect(waits()).toBe(7500)
    for (let n = 0; n < 7; n++) opensAfter(100)
    expect(waits()).toBe(7500)
    opensAfter(100)
    expect(waits()).toBe(4000)
  })

  test('may take twice as long for each beyond two in a row that took too long', () => {
    const { waits, opensAfter } = dialling()
    expect([1, 2, 3, 4, 5, 6, 7].map(() => waits())).toEqual([
      4000, 4000, 4000, 8000, 16_000, 30_000, 30_000,
    ])
    opensAfter(500)
    expect(waits()).toBe(4000)
  })

  test('has as much time for each step, and a minute for all', () => {
    const { clock, patience } = dialling()
    const from = clock.now()
    let overAt = Number.NaN
    patience.begin(A, 4, () => {
      overAt = clock.now() - from
    })
    for (let step = 0; step < 3; step++) {
      clock.advance(20_000)
      patience.extend(A)
    }
    clock.advance(0)
    expect(overAt).toBe(60_000)
    patience.extend(A)
    expect(clock.pending).toBe(0)
  })

  test('is waited for once, and not once it has ended', () => {
    const { clock, patience } = dialling()
    let over = 0
    for (let n = 0; n < 2; n++) patience.begin(A, 0, () => over++)
    clock.advance(4000)
    expect([over, clock.pending]).toEqual([1, 0])
    patience.begin(A, 0, () => over++)
    patience.end(A)
    patience.begin(A, 0, () => over++)
    patience.close()
    expect([over, clock.pending]).toEqual([1, 0])
  })
})
