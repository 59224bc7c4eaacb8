import { ManualClock } from '@pigeon/transport/testing'
import type { PeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { RequestMemory, type RouteResult } from './request-memory.ts'
import type { Forward } from './route-frames.ts'

const [A, B] = ['a', 'b'].map((letter) => letter.repeat(40)) as [PeerId, PeerId]
const forward = (request: string, bytes = 1): Forward => ({
  ...{ kind: 'forward', request, origin: A, target: B, hops: 1, backtracks: 8, service: 1 },
  ...{ search: false, wide: false, way: [], passed: undefined, payload: new Uint8Array(bytes) },
})

function memory() {
  const clock = new ManualClock()
  const limits = {
    timeoutMs: 1000,
    ...{ maxRequests: 3, maxRequestsPerLink: 2, maxRequestBytes: 100 },
  }
  return { clock, requests: new RequestMemory(clock, limits) }
}

test('one neighbour may leave two requests, all together three, with 100 bytes', () => {
  const { requests } = memory()
  const first = requests.remember(forward('1', 50), A, undefined)
  expect([requests.isFull(B, forward('x', 50)), requests.isFull(B, forward('x', 51))]).toEqual([
    false,
    true,
  ])
  requests.remember(forward('2'), A, undefined)
  const other = forward('x')
  expect([requests.isFull(A, other), requests.isFull(B, other)]).toEqual([true, false])
  requests.remember(forward('3'), B, undefined)
  expect(requests.isFull(B, other)).toBe(true)
  requests.forget(first)
  requests.forget(first)
  expect([requests.isFull(A, other), requests.isFull(A, forward('x', 98))]).toEqual([false, false])
})

test('a request is forgotten after its time, and its origin told', () => {
  const { clock, requests } = memory()
  const ends: RouteResult[] = []
  requests.remember(forward('1'), undefined, (end) => ends.push(end))
  clock.advance(999)
  expect([requests.has('1'), ends]).toEqual([true, []])
  clock.advance(1)
  expect([requests.has('1'), ends]).toEqual([false, [{ ok: false, code: 'TIMEOUT' }]])
})

test('who was asked last is whom a request waits for', () => {
  const { requests } = memory()
  const request = requests.remember(forward('1'), undefined, undefined)
  request.asked.add(A)
  request.asked.add(B)
  expect([requests.waitingFor(A), requests.waitingFor(B)]).toEqual([[], [request]])
})

test('what ended here is known by name, as far back as requests may be remembered', () => {
  const { requests } = memory()
  let served = 0
  const answer = (name: string, bytes = 1) =>
    requests.answer(name, () => new Uint8Array(bytes).fill(++served))
  expect(['1', '2', '3', '1'].map((name) => answer(name)[0])).toEqual([1, 2, 3, 1])
  // Of more than the limit the oldest are forgotten.
  expect(['4', '2', '1'].map((name) => answer(name)[0])).toEqual([4, 2, 5])
  // A long reply is not kept.
  expect([answer('5', 1025).length, answer('5').length]).toEqual([1025, 0])
})

test('all are forgotten at once, and no timer is left', () => {
  const { clock, requests } = memory()
  requests.remember(forward('1', 100), A, undefined)
  requests.clear()
  expect([clock.pending, requests.has('1'), requests.isFull(A, forward('2', 100))]).toEqual([
    0,
    false,
    false,
  ])
})
