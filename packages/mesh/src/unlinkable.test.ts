import type { PeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { Unlinkable } from './unlinkable.ts'

const id = (n: number) => n.toString(16).padStart(40, '0') as PeerId
const A = id(1)

test('two failures make a peer unlinkable for a minute, then for twice as long, at most ten', () => {
  const unlinkable = new Unlinkable()
  unlinkable.failed(A, 0)
  expect([unlinkable.has(A, 0), unlinkable.failures(A)]).toEqual([false, 1])
  for (const minutes of [1, 2, 4, 8, 10, 10]) {
    unlinkable.failed(A, 0)
    const ms = minutes * 60_000
    expect([minutes, unlinkable.has(A, ms - 1), unlinkable.has(A, ms)]).toEqual([
      minutes,
      true,
      false,
    ])
  }
})

test('a link, or a new network, clears it', () => {
  const unlinkable = new Unlinkable()
  for (const clear of [() => unlinkable.linked(A), () => unlinkable.forgive()]) {
    unlinkable.failed(A, 0)
    unlinkable.failed(A, 0)
    clear()
    expect([unlinkable.has(A, 0), unlinkable.failures(A)]).toEqual([false, 0])
  }
})

test('256 peers are remembered, those that failed last', () => {
  const unlinkable = new Unlinkable()
  for (let n = 1; n <= 256; n++) unlinkable.failed(id(n), 0)
  unlinkable.failed(id(1), 0)
  unlinkable.failed(id(257), 0)
  expect([1, 2, 3, 257].map((n) => unlinkable.failures(id(n)))).toEqual([2, 0, 1, 1])
})
