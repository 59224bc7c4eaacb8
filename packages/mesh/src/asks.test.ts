import { ManualClock } from '@pigeon/transport/testing'
import type { PeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { Asks } from './asks.ts'

const A = 'a'.repeat(40) as PeerId

test('a question ends with its answer, or after 3 s without one', () => {
  const clock = new ManualClock()
  const asks = new Asks(clock)
  let unanswered = 0
  asks.ask(A, 'ring', () => unanswered++)
  expect([asks.asked.has(A), asks.answered(A), asks.answered(A)]).toEqual([true, 'ring', undefined])
  clock.advance(10_000)
  expect(unanswered).toBe(0)
  asks.ask(A, 'ring', () => unanswered++)
  clock.advance(2999)
  expect(unanswered).toBe(0)
  clock.advance(1)
  expect([unanswered, asks.asked.size]).toEqual([1, 0])
})

test('asking or promising again starts anew, and leaves one timer', () => {
  const clock = new ManualClock()
  const asks = new Asks(clock)
  for (let round = 0; round < 5; round++) {
    asks.ask(A, 'ring', () => {})
    asks.promise(A, 'fill', () => {})
  }
  expect(clock.pending).toBe(2)
  asks.close()
  expect([clock.pending, asks.asked.size, asks.promised.size]).toEqual([0, 0, 0])
})

test('a place is kept for 5 s and taken once', () => {
  const clock = new ManualClock()
  const asks = new Asks(clock)
  let expired = 0
  asks.promise(A, 'fill', () => expired++)
  expect([asks.redeem(A), asks.redeem(A)]).toEqual(['fill', undefined])
  asks.promise(A, 'fill', () => expired++)
  clock.advance(5000)
  expect([expired, asks.promised.size, asks.redeem(A)]).toEqual([1, 0, undefined])
})
