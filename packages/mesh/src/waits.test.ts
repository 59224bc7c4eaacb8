import { ManualClock } from '@pigeon/transport/testing'
import type { PeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
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

test('a first dial may take 4 s; one that has ended is not waited for', () => {
  const clock = new ManualClock()
  const patience = new DialPatience(clock)
  let over = 0
  const begin = (failures: number) => patience.begin(A, failures, () => over++)
  begin(0)
  begin(0)
  clock.advance(3999)
  expect(over).toBe(0)
  clock.advance(1)
  expect([over, clock.pending]).toEqual([1, 0])
  begin(3)
  clock.advance(15_999)
  patience.end(A)
  begin(0)
  patience.close()
  expect([over, clock.pending]).toEqual([1, 0])
})
