import type { PeerId } from '@pigeon/xor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeAsker, decodeFound, encodeAsker, encodeFound } from './finds.ts'
import { decodeMessage, encodeMessage, MAX_SIGNALS, type MeshMessage } from './messages.ts'
import {
  decodeNeighbourFrame,
  encodeNeighbourFrame,
  MAX_ALARM_PATH,
  MAX_DEATHS,
  type NeighbourFrame,
} from './neighbour-frames.ts'
import { decodeRouteFrame, encodeRouteFrame, MAX_WAY, type RouteFrame } from './route-frames.ts'

const id = (n: number) => n.toString(16).padStart(40, '0') as PeerId
const ids = (count: number) => Array.from({ length: count }, (_, n) => id(n))
const cards = (count: number) => ids(count).map((peer) => ({ id: peer, ageMs: 500, free: 3 }))
const payload = Uint8Array.of(1, 2, 3)
const request = '\x00\x01abcd\xfe\xff'

const messages: MeshMessage[] = [
  {
    kind: 'signals',
    signals: [
      { type: 'offer', connection: 'c', sdp: 'v=0' },
      { type: 'candidate', connection: 'c', candidate: 'x', sdpMid: '0', sdpMLineIndex: null },
    ],
  },
  { kind: 'refuse', connection: 'c' },
  { kind: 'ask', why: 'user', cards: cards(2) },
  { kind: 'ok', cards: cards(0) },
  { kind: 'no', cards: cards(64) },
]

const neighbourFrames: NeighbourFrame[] = [
  { kind: 'links', free: 255, links: cards(64), dead: cards(MAX_DEATHS) },
  { kind: 'fours', ask: true, cards: cards(8) },
  { kind: 'alarm', name: request, ageMs: 20_000, path: ids(MAX_ALARM_PATH) },
  { kind: 'need' },
  { kind: 'needed', need: 'skip', links: 9 },
]

const forward = {
  kind: 'forward' as const,
  ...{ request, origin: id(1), target: id(2), hops: 3, backtracks: 8, service: 255, payload },
}
const routeFrames: RouteFrame[] = [
  { ...forward, search: false, wide: false, way: ids(MAX_WAY), passed: undefined },
  { ...forward, search: true, wide: true, way: [], passed: ids(MAX_WAY) },
  { kind: 'tunnel', way: ids(MAX_WAY), passed: ids(1), frame: payload },
  { kind: 'back', request, backtracks: 0 },
  { kind: 'arrived', request, hops: 255, reply: payload },
  { kind: 'failed', request },
  { kind: 'cut', peer: id(7) },
]

describe('what is written is read', () => {
  test.each(messages)('message $kind', (message) => {
    expect(decodeMessage(encodeMessage(message))).toEqual(message)
  })

  test.each(neighbourFrames)('neighbour frame $kind', (frame) => {
    expect(decodeNeighbourFrame(encodeNeighbourFrame(frame))).toEqual(frame)
  })

  test.each(routeFrames)('route frame $kind', (frame) => {
    expect(decodeRouteFrame(encodeRouteFrame(frame))).toEqual(frame)
  })

  test('what a search finds, and who asks', () => {
    const found = { way: ids(MAX_WAY), cards: cards(9) }
    expect(decodeFound(encodeFound(found))).toEqual(found)
    expect(decodeAsker(encodeAsker(cards(9)))).toEqual(cards(9))
  })
})

test('longer lists than the limits are no frames', () => {
  const tooLong: RouteFrame[] = [
    { ...forward, search: false, wide: false, way: ids(MAX_WAY + 1), passed: undefined },
    { ...forward, search: false, wide: false, way: [], passed: ids(MAX_WAY + 1) },
    { kind: 'tunnel', way: ids(MAX_WAY + 1), passed: [], frame: payload },
  ]
  for (const frame of tooLong) expect(decodeRouteFrame(encodeRouteFrame(frame))).toBe(undefined)
  const offer = { type: 'offer', connection: 'c', sdp: '' } as const
  const signals = Array.from({ length: MAX_SIGNALS + 1 }, () => offer)
  expect(decodeMessage(encodeMessage({ kind: 'signals', signals }))).toBe(undefined)
  const path = ids(MAX_ALARM_PATH + 1)
  const alarm = encodeNeighbourFrame({ kind: 'alarm', name: request, ageMs: 0, path })
  expect(decodeNeighbourFrame(alarm)).toBe(undefined)
  expect(decodeFound(encodeFound({ way: ids(MAX_WAY + 1), cards: [] }))).toBe(undefined)
})

test('of more deaths than fit in a frame the first are told', () => {
  const dead = cards(MAX_DEATHS + 1)
  const frame = encodeNeighbourFrame({ kind: 'links', free: 0, links: [], dead })
  expect(decodeNeighbourFrame(frame)).toMatchObject({ dead: dead.slice(0, MAX_DEATHS) })
})

test('a frame that is cut short, or goes on, is none', () => {
  for (const frame of neighbourFrames) {
    const bytes = encodeNeighbourFrame(frame)
    expect(decodeNeighbourFrame(bytes.subarray(0, -1)), frame.kind).toBe(undefined)
    expect(decodeNeighbourFrame(Uint8Array.of(...bytes, 0)), frame.kind).toBe(undefined)
  }
})

test('no bytes throw', () => {
  const kind = fc.integer({ min: 0, max: 7 })
  fc.assert(
    fc.property(kind, fc.uint8Array({ maxLength: 200 }), (first, rest) => {
      const bytes = Uint8Array.of(first, ...rest)
      decodeMessage(bytes)
      decodeNeighbourFrame(bytes)
      decodeRouteFrame(bytes)
      decodeFound(bytes)
      decodeAsker(bytes)
    }),
    { numRuns: 500 },
  )
})
