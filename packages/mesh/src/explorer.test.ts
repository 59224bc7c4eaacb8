import { ManualClock } from '@pigeon/transport/testing'
import { expect, test } from 'vitest'
import { Explorer } from './explorer.ts'

test('one search at a time, after 0.5 s, then ever more rarely up to 30 s', () => {
  const clock = new ManualClock()
  let waits: number[] = []
  let began = 0
  const explorer = new Explorer(clock, () => waits.push(clock.now() - began))
  const search = () => {
    began = clock.now()
    explorer.want()
    explorer.want()
    expect(clock.pending).toBe(1)
    clock.advance(40_000)
  }
  for (let round = 0; round < 8; round++) search()
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
  waits = []
  explorer.want()
  explorer.stop()
  expect(clock.pending).toBe(0)
  search()
  expect(waits).toEqual([500])
})
