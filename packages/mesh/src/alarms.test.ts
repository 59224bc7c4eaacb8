import { ManualClock, seededRandom } from '@pigeon/transport/testing'
import type { PeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { Alarms } from './alarms.ts'

const id = (n: number) => n.toString(16).padStart(40, '0') as PeerId
const [SELF, A, B, C] = [id(1), id(2), id(3), id(4)]
const path = (length: number) => Array.from({ length }, (_, index) => id(100 + index))
const alarm = (name: string, way: readonly PeerId[], ageMs = 0) =>
  ({ kind: 'alarm', name, ageMs, path: way }) as const

function silent() {
  const clock = new ManualClock(100_000)
  return { clock, alarms: new Alarms({ clock, random: seededRandom(1), self: SELF }) }
}

test('an alarm is raised once in 20 s, which it lasts', () => {
  const { clock, alarms } = silent()
  expect(alarms.way).toBe(undefined)
  expect(alarms.raise([A, B])).toMatchObject({ kind: 'alarm', ageMs: 0, path: [A, B] })
  clock.advance(19_999)
  expect([alarms.raise([A]), alarms.way]).toEqual([undefined, [A, B]])
  clock.advance(1)
  expect([alarms.way, alarms.raise([A])?.path]).toEqual([undefined, [A]])
})

test('one that is heard is passed on once, with its way longer and its age higher', () => {
  const { clock, alarms } = silent()
  expect(alarms.heard(A, alarm('x', [B], 5000))).toEqual(alarm('x', [A, B], 5100))
  expect([alarms.heard(C, alarm('x', [B])), alarms.way]).toEqual([undefined, [A, B]])
  clock.advance(15_000)
  expect(alarms.way).toBe(undefined)
  expect(alarms.heard(A, alarm('old', [B], 20_000))).toBe(undefined)
})

test('a way through this peer begins after it; one that ends here is none', () => {
  const { alarms } = silent()
  expect(alarms.heard(A, alarm('x', [B, SELF, C]))?.path).toEqual([C])
  expect(alarms.heard(A, alarm('y', [B, SELF]))).toBe(undefined)
})

test('a way has at most 32 peers', () => {
  const { alarms } = silent()
  expect(alarms.heard(A, alarm('x', path(32)))).toBe(undefined)
  expect(alarms.heard(A, alarm('y', path(31)))?.path.length).toBe(32)
  expect([alarms.raise(path(33)), alarms.raise(path(32))?.path.length]).toEqual([undefined, 32])
})

test('eight searches in a row without a find end it', () => {
  const { alarms } = silent()
  alarms.raise([A])
  const searched = (...barren: boolean[]) => {
    for (const isBarren of barren) alarms.searched(isBarren)
  }
  searched(...Array<boolean>(7).fill(true), false, ...Array<boolean>(7).fill(true))
  expect(alarms.way).toEqual([A])
  searched(true)
  expect(alarms.way).toBe(undefined)
})

test('256 names are remembered', () => {
  const { alarms } = silent()
  for (let n = 0; n < 256; n++) alarms.heard(A, alarm(`${n}`, [B]))
  expect(alarms.heard(A, alarm('0', [B]))).toBe(undefined)
  alarms.heard(A, alarm('256', [B]))
  expect([alarms.heard(A, alarm('1', [B])), alarms.heard(A, alarm('0', [B]))?.path]).toEqual([
    undefined,
    [A, B],
  ])
})
