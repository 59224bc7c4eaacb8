import type { PeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { Tunnels } from './tunnels.ts'

const id = (n: number) => n.toString(16).padStart(40, '0') as PeerId
const [A, B, C] = [id(1), id(2), id(3)]

test('a way that was chosen counts before the way back', () => {
  const tunnels = new Tunnels()
  tunnels.heard(A, [C, A])
  expect([tunnels.has(A), tunnels.way(A)]).toEqual([false, [C, A]])
  tunnels.set(A, [B, A])
  expect([tunnels.has(A), tunnels.way(A), [...tunnels.peers]]).toEqual([true, [B, A], [A]])
  expect([tunnels.delete(A), tunnels.delete(A), tunnels.way(A)]).toEqual([true, false, [C, A]])
})

test('those through a neighbour are known; one that is cut is gone both ways', () => {
  const tunnels = new Tunnels()
  tunnels.set(A, [B, A])
  tunnels.set(C, [B, C])
  tunnels.heard(A, [C, A])
  expect([tunnels.through(B), tunnels.through(A)]).toEqual([[A, C], []])
  tunnels.cut(A)
  expect([tunnels.way(A), tunnels.through(B)]).toEqual([undefined, [C]])
})

test('when a way is cut the one before counts, unless it began at the same neighbour', () => {
  const tunnels = new Tunnels()
  tunnels.set(A, [C, A])
  tunnels.set(A, [B, A])
  tunnels.set(A, [B, A])
  tunnels.cut(A)
  expect([tunnels.has(A), tunnels.way(A)]).toEqual([true, [C, A]])
  tunnels.cut(A)
  expect([tunnels.has(A), tunnels.way(A)]).toEqual([false, undefined])
  tunnels.set(A, [B, C, A])
  tunnels.set(A, [B, A])
  expect(tunnels.through(B)).toEqual([A])
  tunnels.cut(A)
  expect(tunnels.has(A)).toBe(false)
})

test('64 ways back are remembered, those heard of last', () => {
  const tunnels = new Tunnels()
  for (let n = 0; n < 64; n++) tunnels.heard(id(n), [A])
  tunnels.heard(id(0), [B])
  tunnels.heard(id(64), [A])
  expect([0, 1, 2, 64].map((n) => tunnels.way(id(n)))).toEqual([[B], undefined, [A], [A]])
  tunnels.clear()
  expect(tunnels.way(id(64))).toBe(undefined)
})
