import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_CANDIDATE_LENGTH, MAX_SDP_LENGTH, maxMessageBytes, parseSignal } from './signals.ts'

const connection = '0123456789abcdef'
const sdp = 'v=0\r\nm=application 9 UDP/DTLS/SCTP x\r\na=fingerprint:sha-256 00\r\n'
const offer = { type: 'offer', connection, sdp }
const line = 'candidate:1 1 udp 1 192.0.2.1 9 typ host'
const candidate = { type: 'candidate', connection, candidate: line, sdpMid: '0', sdpMLineIndex: 0 }

test.each([
  ['an offer', offer],
  ['an answer', { ...offer, type: 'answer' }],
  ['a candidate', candidate],
  ['the end of candidates', { ...candidate, candidate: '' }],
  ['a candidate of no section', { ...candidate, sdpMid: null, sdpMLineIndex: null }],
])('takes %s', (_name, signal) => {
  expect(parseSignal(signal)).toEqual(signal)
})

test('takes only what it knows of a signal', () => {
  expect(parseSignal({ ...offer, extra: 'x', __proto__: { y: 1 } })).toEqual(offer)
})

test.each([
  ['null', null],
  ['text', 'offer'],
  ['an unknown type', { ...offer, type: 'rollback' }],
  ['no connection', { type: 'offer', sdp }],
  ['a short connection', { ...offer, connection: 'abc' }],
  ['a connection that is not hex', { ...offer, connection: 'x'.repeat(16) }],
  ['a connection without end', { ...offer, connection: 'a'.repeat(65) }],
  ['an offer without text', { ...offer, sdp: 7 }],
  ['an offer that is no SDP', { ...offer, sdp: 'garbage' }],
  ['an offer without a data channel', { ...offer, sdp: sdp.replace('application', 'audio') }],
  [
    'a data channel that is refused',
    { ...offer, sdp: sdp.replace('application 9', 'application 0') },
  ],
  ['an offer without a certificate', { ...offer, sdp: sdp.replace('fingerprint', 'x') }],
  ['an offer that takes no messages', { ...offer, sdp: `${sdp}a=max-message-size:1\r\n` }],
  ['an offer without end', { ...offer, sdp: sdp.padEnd(MAX_SDP_LENGTH + 1, 'a') }],
  ['a candidate without end', { ...candidate, candidate: line.padEnd(MAX_CANDIDATE_LENGTH + 1) }],
  ['a candidate of two lines', { ...candidate, candidate: `${line}\r\na=x` }],
  ['a candidate that is none', { ...candidate, candidate: 'a=candidate' }],
  ['a section that is a number', { ...candidate, sdpMid: 0 }],
  ['no section', { type: 'candidate', connection, candidate: line }],
  ['half an index', { ...candidate, sdpMLineIndex: 0.5 }],
  ['an index below zero', { ...candidate, sdpMLineIndex: -1 }],
])('refuses %s', (_name, value) => {
  expect(parseSignal(value)).toBeUndefined()
})

test('reads anything without throwing, even what throws when it is looked at', () => {
  const trap = new Proxy(
    {},
    {
      get() {
        throw new Error('trap')
      },
    },
  )
  expect(parseSignal(trap)).toBeUndefined()
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(parseSignal(value)).toBeUndefined()
    }),
    { numRuns: 1000 },
  )
})

test('the largest message is what the description says, 64 KiB if nothing, no limit if 0', () => {
  expect(maxMessageBytes(sdp)).toBe(65_536)
  expect(maxMessageBytes(`${sdp}a=max-message-size:262144\r\n`)).toBe(262_144)
  expect(maxMessageBytes(`${sdp}a=max-message-size:0\r\n`)).toBe(Number.POSITIVE_INFINITY)
})
