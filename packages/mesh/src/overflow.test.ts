import { ManualClock } from '@pigeon/transport/testing'
import type { PeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { Overflow } from './overflow.ts'

const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(40)) as [PeerId, PeerId, PeerId]

function crowded(excess: number, ...links: PeerId[]) {
  const clock = new ManualClock(1000)
  const asked: PeerId[] = []
  const dropped: PeerId[] = []
  const overflow = new Overflow({
    clock,
    excess: () => excess - dropped.length,
    leastWanted: () => links.filter((peer) => !dropped.includes(peer)),
    ask: (peer) => asked.push(peer),
    drop: (peer) => dropped.push(peer),
  })
  const seconds = (count: number) => {
    for (let second = 0; second < count; second++) {
      overflow.tick()
      clock.advance(1000)
    }
  }
  return { overflow, asked, dropped, seconds }
}

test('with no link too many nothing is asked, and answers count for nothing', () => {
  const { overflow, asked, dropped, seconds } = crowded(0, A)
  seconds(5)
  overflow.answered(A, 'none', 5)
  expect([asked, dropped]).toEqual([[], []])
})

test('one link a second is asked about; a silent one again after 5 s', () => {
  const { asked, seconds } = crowded(1, A, B)
  seconds(2)
  expect(asked).toEqual([A, B])
  seconds(3)
  expect(asked).toEqual([A, B])
  seconds(1)
  expect(asked).toEqual([A, B, A])
})

test('a link nobody needs goes at once, and only if it was asked about', () => {
  const { overflow, dropped, seconds } = crowded(1, A, B)
  overflow.answered(A, 'none', 5)
  expect(dropped).toEqual([])
  seconds(1)
  overflow.answered(A, 'none', 5)
  overflow.answered(B, 'none', 5)
  expect(dropped).toEqual([A])
})

test('a link the ring needs ends after 10 s of grace', () => {
  const { overflow, dropped, asked, seconds } = crowded(1, A, B)
  seconds(1)
  overflow.answered(A, 'ring', 3)
  seconds(10)
  expect([dropped, asked.includes(B)]).toEqual([[], false])
  seconds(1)
  expect(dropped).toEqual([A])
})

test('a peer that would be left with fewer than two links keeps it, and is asked a minute later', () => {
  const { overflow, dropped, asked, seconds } = crowded(1, A)
  seconds(1)
  overflow.answered(A, 'ring', 2)
  seconds(59)
  expect([dropped, asked]).toEqual([[], [A]])
  seconds(1)
  overflow.answered(A, 'ring', 3)
  seconds(11)
  expect(dropped).toEqual([A])
})

test('the nearest link that a peer can have stays; another goes', () => {
  const { overflow, dropped, seconds } = crowded(1, A, B)
  seconds(1)
  overflow.answered(A, 'skip', 9)
  seconds(1)
  overflow.answered(B, 'none', 9)
  expect(dropped).toEqual([B])
})

test('what is known of a link goes with it', () => {
  const { overflow, dropped, asked, seconds } = crowded(1, A, C)
  seconds(1)
  overflow.answered(A, 'ring', 3)
  overflow.forget(A)
  seconds(1)
  expect([dropped, asked]).toEqual([[], [A, A]])
})
