import { ManualClock } from '@pigeon/transport/testing'
import { expect, test } from 'vitest'
import { onThaw } from './thaw.ts'

/** A clock that can also stand still for its user while time goes on. */
function world() {
  const clock = new ManualClock()
  let stalledMs = 0
  let thaws = 0
  const user = {
    now: () => clock.now() + stalledMs,
    after: (ms: number, run: () => void) => clock.after(ms, run),
  }
  const stop = onThaw(user, () => thaws++)
  return {
    clock,
    stop,
    thaws: () => thaws,
    stall: (ms: number) => {
      stalledMs += ms
    },
  }
}

test('each time nothing could run for more than 2 s is told once, as soon as something runs', () => {
  const { clock, stall, thaws } = world()
  clock.advance(10_000)
  expect(thaws()).toBe(0)
  for (let times = 1; times <= 3; times++) {
    stall(2600)
    clock.advance(500)
    expect(thaws()).toBe(times)
    clock.advance(10_000)
    expect(thaws()).toBe(times)
  }
})

test('timers that are merely slow, as those of hidden pages are, tell nothing', () => {
  const { clock, stall, thaws } = world()
  for (let times = 0; times < 100; times++) {
    stall(1000)
    clock.advance(500)
  }
  expect(thaws()).toBe(0)
})

test('it ends, and leaves no timer', () => {
  const { clock, stop, stall, thaws } = world()
  clock.advance(1200)
  stop()
  stall(60_000)
  clock.advance(60_000)
  expect([thaws(), clock.pending]).toEqual([0, 0])
})
