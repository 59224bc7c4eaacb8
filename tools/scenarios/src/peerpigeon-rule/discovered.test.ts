import type { PeerId } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { Discovered } from './discovered.ts'

const id = (digit: string): PeerId => digit.repeat(40) as PeerId

describe('who offers', () => {
  test('the larger id', () => {
    const discovered = new Discovered(id('5'))
    discovered.add(id('3'), 0)
    discovered.add(id('7'), 0)
    expect(discovered.mayInitiate(id('3'), 0)).toBe(true)
    expect(discovered.mayInitiate(id('7'), 0)).toBe(false)
  })

  test('who knows no smaller one and has no link, to the three closest', () => {
    const discovered = new Discovered(id('0'))
    for (const digit of ['f', '8', '1', '2']) discovered.add(id(digit), 0)
    const offersTo = (connected: number) =>
      discovered.ids.filter((other) => discovered.mayInitiate(other, connected))
    expect(offersTo(0)).toEqual([id('8'), id('1'), id('2')])
    expect(offersTo(1)).toEqual([])
  })

  test('who has no link and two attempts under way, to anyone but those', () => {
    const discovered = new Discovered(id('5'))
    for (const digit of ['1', '2', '7']) discovered.add(id(digit), 0)
    discovered.attempt(id('1'))
    discovered.attempt(id('2'))
    expect(discovered.ids.map((other) => discovered.mayInitiate(other, 0))).toEqual([
      false,
      false,
      true,
    ])
  })
})

test('who is not heard of for five minutes is forgotten, with the attempt', () => {
  const discovered = new Discovered(id('5'))
  expect(discovered.add(id('1'), 0)).toBe(true)
  expect(discovered.add(id('1'), 200_000)).toBe(false)
  discovered.add(id('2'), 0)
  discovered.refresh(id('2'), 1000)
  discovered.attempt(id('1'))
  discovered.removeStale(300_001)
  expect(discovered.ids).toEqual([id('2')])
  expect(discovered.isAttempted(id('1'))).toBe(false)
})
