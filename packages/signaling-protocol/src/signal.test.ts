import type { Signal } from '@pigeon/transport'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SignalingError } from './errors.ts'
import { decodeSignal, encodeSignal } from './signal.ts'

const offer: Signal = { type: 'offer', connection: 'c1', sdp: 'v=0\r\n' }
const candidate: Signal = {
  type: 'candidate',
  connection: 'c1',
  candidate: 'candidate:1 1 udp 1 192.0.2.1 5000 typ host',
  sdpMid: '0',
  sdpMLineIndex: 0,
}
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))

test('signals come back from their bytes', () => {
  const last: Signal = { ...candidate, candidate: '', sdpMid: null, sdpMLineIndex: null }
  for (const signal of [offer, { ...offer, type: 'answer' } as Signal, candidate, last]) {
    expect(decodeSignal(encodeSignal(signal))).toEqual(signal)
  }
})

test('S4 the largest signals pass, anything larger is refused on both sides', () => {
  const cases: [Signal, Signal][] = [
    [
      { ...offer, sdp: 's'.repeat(32_768) },
      { ...offer, sdp: 's'.repeat(32_769) },
    ],
    [
      { ...offer, connection: 'c'.repeat(64) },
      { ...offer, connection: 'c'.repeat(65) },
    ],
    [
      { ...candidate, candidate: 'c'.repeat(1024) },
      { ...candidate, candidate: 'c'.repeat(1025) },
    ],
    [
      { ...candidate, sdpMid: 'm'.repeat(64) },
      { ...candidate, sdpMid: 'm'.repeat(65) },
    ],
  ]
  for (const [fits, exceeds] of cases) {
    expect(decodeSignal(encodeSignal(fits))).toEqual(fits)
    expect(() => encodeSignal(exceeds)).toThrow(SignalingError)
    expect(decodeSignal(bytes(exceeds))).toBeUndefined()
  }
})

test('S4 what is no signal is none', () => {
  for (const value of [
    null,
    [],
    1,
    {},
    { ...offer, type: 'pranswer' },
    { ...offer, sdp: 1 },
    { ...offer, connection: '' },
    { type: 'offer', connection: 'c1' },
    { ...candidate, sdpMLineIndex: -1 },
    { ...candidate, sdpMLineIndex: 0.5 },
  ]) {
    expect(decodeSignal(bytes(value)), JSON.stringify(value)).toBeUndefined()
  }
  expect(decodeSignal(new Uint8Array(0))).toBeUndefined()
  expect(decodeSignal(Uint8Array.of(0xff, 0xfe))).toBeUndefined()
  expect(decodeSignal(new Uint8Array(200_000).fill(32))).toBeUndefined()
})

test('S4 fields that do not belong to a signal do not come through', () => {
  expect(decodeSignal(bytes({ ...offer, from: 'me', candidate: 'x' }))).toEqual(offer)
})

test('S4 no bytes make it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), fc.json().map(bytes)), (any) => {
      decodeSignal(any)
    }),
  )
})
