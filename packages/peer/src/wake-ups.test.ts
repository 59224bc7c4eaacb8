import { ManualClock } from '@pigeon/transport/testing'
import { expect, test } from 'vitest'
import { watchWakeUps } from './wake-ups.ts'

test('what stood still is woken at once and half a second later, and then let alone', () => {
  const clock = new ManualClock()
  let stalledMs = 0
  let wakes = 0
  const user = {
    now: () => clock.now() + stalledMs,
    after: (ms: number, run: () => void) => clock.after(ms, run),
  }
  const stop = watchWakeUps(
    user,
    () => wakes++,
    () => expect.fail('there is no page to leave'),
  )
  clock.advance(5000)
  expect(wakes).toBe(0)
  stalledMs += 8000
  clock.advance(500)
  expect(wakes).toBe(1)
  clock.advance(500)
  expect(wakes).toBe(2)
  clock.advance(60_000)
  expect(wakes).toBe(2)
  stalledMs += 8000
  clock.advance(500)
  stop()
  clock.advance(60_000)
  expect([wakes, clock.pending]).toEqual([3, 0])
})
