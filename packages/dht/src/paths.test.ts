import { ManualClock } from '@pigeon/transport/testing'
import { peerIdFromName } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { Kind, type RequestFrame } from './frames.ts'
import { type Path, Paths } from './paths.ts'

const [a, b, c] = ['a', 'b', 'c'].map(peerIdFromName)

function path(id: string, from: Path['from'], done?: Path['done']): Path {
  const request: RequestFrame = {
    ...{ kind: Kind.request, id, place: a as NonNullable<typeof a> },
    ...{
      plain: false,
      any: false,
      exact: false,
      hops: 0,
      op: 1,
      trace: undefined,
      body: new Uint8Array(0),
    },
  }
  return { request, from, asked: new Set(), current: undefined, endsAt: 10_000, done }
}

test('as many of one neighbour, and in all, as the limits say; own ones are counted elsewhere', () => {
  const clock = new ManualClock()
  const paths = new Paths(clock, { maxPaths: 3, maxPathsPerLink: 2 }, () => {})
  expect(['1', '2', '3'].map((id) => paths.add(path(id, a)))).toEqual([true, true, false])
  expect(paths.add(path('1', b))).toBe(false) // known
  expect(paths.add(path('4', b))).toBe(true)
  expect(paths.add(path('5', c))).toBe(false)
  expect(paths.add(path('6', undefined))).toBe(true)
  const first = paths.get('1')
  expect(first && paths.delete(first)).toBe(true)
  const second = paths.get('2')
  expect(second && paths.delete(second)).toBe(true)
  expect(paths.add(path('7', a))).toBe(true)
})

test('what nobody answers is forgotten, and its origin and the silent one are known', () => {
  const clock = new ManualClock()
  const silent: unknown[] = []
  const paths = new Paths(clock, { maxPaths: 3, maxPathsPerLink: 2 }, (peer) => silent.push(peer))
  const heard: unknown[] = []
  const mine = path('1', undefined, (reply) => heard.push(reply))
  mine.current = b
  paths.add(mine)
  clock.advance(9900)
  expect(heard).toEqual([])
  clock.advance(500)
  expect(heard).toEqual([undefined])
  expect(silent).toEqual([b])
  expect(paths.size).toBe(0)
  expect(clock.pending).toBe(0)
})
