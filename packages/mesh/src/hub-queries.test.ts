import { ManualClock } from '@pigeon/transport/testing'
import { expect, test } from 'vitest'
import { HubQueries } from './hub-queries.ts'

function asking() {
  const clock = new ManualClock()
  const at: number[] = []
  const queries = new HubQueries(clock, () => at.push(clock.now() / 1000))
  return { clock, at, queries }
}

test('while something is missing the hub is asked at 2, 4, 8 … 60 s', () => {
  const { clock, at } = asking()
  clock.advance(200_000)
  expect(at).toEqual([2, 6, 14, 30, 62, 122, 182])
})

test('with nothing missing it is asked every 65 s, and at 2 s again once something is, 0.5 s if it is links', () => {
  const { clock, at, queries } = asking()
  queries.missing(false)
  clock.advance(69_000)
  queries.missing(false)
  clock.advance(71_000)
  expect(at).toEqual([65, 130])
  queries.missing(true)
  clock.advance(2000)
  expect(at).toEqual([65, 130, 142])
  queries.missing(false)
  clock.advance(9000)
  queries.missing(true, true)
  clock.advance(4000)
  expect(at.slice(3)).toEqual([155])
  queries.missing(false)
  clock.advance(10_000)
  queries.missing(true, true)
  clock.advance(500)
  expect(at.slice(4)).toEqual([165.5])
})

test('what goes missing for a moment, again and again, costs at most one more question in 65 s', () => {
  const { clock, at, queries } = asking()
  clock.advance(14_000)
  for (let flips = 0; flips < 100; flips++) {
    queries.missing(false)
    clock.advance(7000)
    queries.missing(true)
    clock.advance(3000)
  }
  expect(at.slice(0, 6)).toEqual([2, 6, 14, 79, 83, 148])
  expect(at.length).toBeLessThan(3 + (2 * 1000) / 65)
})

test('it is not asked once all is over', () => {
  const { clock, at, queries } = asking()
  queries.stop()
  clock.advance(1_000_000)
  expect([at, clock.pending]).toEqual([[], 0])
})

test('for two seconds after a question the hub may be answering', () => {
  const { clock, queries } = asking()
  expect(queries.isAnswerDue).toBe(false)
  clock.advance(2000)
  expect(queries.isAnswerDue).toBe(true)
  clock.advance(2000)
  expect(queries.isAnswerDue).toBe(false)
})
