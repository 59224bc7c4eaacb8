import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { descriptionFingerprint, MAX_DESCRIPTION_LENGTH, PinnedFingerprint } from './fingerprint.ts'

const hex = '0123456789abcdef'.repeat(4)
const other = 'fedcba9876543210'.repeat(4)
const colons = (value: string): string => (value.match(/../g) as string[]).join(':').toUpperCase()
const line = (value: string, hash = 'sha-256'): string => `a=fingerprint:${hash} ${colons(value)}`

const sdp = (...lines: readonly string[]): string =>
  ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', ...lines, ''].join('\r\n')
const media = ['m=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'a=mid:0']

const found = Uint8Array.from(Buffer.from(hex, 'hex'))

describe('the fingerprint of a description', () => {
  test.each([
    ['in the session', sdp(line(hex), ...media)],
    ['in the media section', sdp(...media, line(hex))],
    ['in both', sdp(line(hex), ...media, line(hex))],
    ['in each of two media sections', sdp(...media, line(hex), ...media, line(hex))],
    ['twice in one section', sdp(...media, line(hex), line(hex))],
    ['in lower case', sdp(...media, line(hex).toLowerCase())],
    ['with the hash in upper case', sdp(...media, line(hex, 'SHA-256'))],
    ['with bare line ends', sdp(...media, line(hex)).replaceAll('\r\n', '\n')],
  ])('is found %s', (_where, text) => {
    expect(descriptionFingerprint(text)).toEqual(found)
  })

  test.each([
    ['there is none', sdp(...media)],
    ['there is no text', ''],
    ['one is added in the session', sdp(line(other), ...media, line(hex))],
    ['one is added in the section', sdp(...media, line(hex), line(other))],
    ['one is added in another section', sdp(...media, line(hex), ...media, line(other))],
    ['two are there in the other order', sdp(...media, line(other), line(hex))],
    ['the hash is another', sdp(...media, line(hex.slice(0, 40), 'sha-1'))],
    ['another hash is added', sdp(...media, line(hex), line(hex.slice(0, 40), 'sha-1'))],
    ['it has a byte less', sdp(...media, line(hex.slice(2)))],
    ['it has a byte more', sdp(...media, line(`${hex}00`))],
    ['it has no colons', sdp(...media, `a=fingerprint:sha-256 ${hex}`)],
    ['something follows it', sdp(...media, `${line(hex)} x`)],
    [
      'spaces hide a second one',
      sdp(...media, line(hex), ` a = fingerprint:sha-256 ${colons(other)}`),
    ],
    ['case hides a second one', sdp(...media, line(hex), line(other).replace('a=f', 'A=F'))],
    ['a tab hides a second one', sdp(...media, line(hex), `\t${line(other)}`)],
    ['a lone carriage return hides one', sdp(...media, `${line(hex)}\r${line(other)}`)],
    ['a line separator hides one', sdp(...media, `${line(hex)}\u2028${line(other)}`)],
  ])('is refused where %s', (_why, text) => {
    expect(descriptionFingerprint(text)).toBeUndefined()
  })

  test('a description is looked at up to its largest size, no further', () => {
    const text = sdp(...media, line(hex))
    const longest = text.padEnd(MAX_DESCRIPTION_LENGTH, ' ')
    expect(descriptionFingerprint(longest)).toEqual(found)
    expect(descriptionFingerprint(`${longest} `)).toBeUndefined()
  })

  test('any text has an answer', () => {
    const part = fc.constantFrom(
      line(hex),
      line(other),
      'a=fingerprint',
      ':',
      '\r',
      '\n',
      ' ',
      'm=',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string()), { maxLength: 20 }), (parts) => {
        const answer = descriptionFingerprint(parts.join(''))
        if (answer !== undefined)
          expect([hex, other]).toContain(Buffer.from(answer).toString('hex'))
      }),
    )
  })
})

describe('the fingerprint of a connection', () => {
  test('stays what it was first', () => {
    const pinned = new PinnedFingerprint()
    expect(pinned.check(sdp(...media, line(hex)))).toEqual(found)
    expect(pinned.check(sdp(...media, line(hex), ...media, line(hex)))).toEqual(found)
    expect(pinned.check(sdp(...media, line(other)))).toBeUndefined()
    expect(pinned.check(sdp(...media, line(hex)))).toEqual(found)
  })

  test('is not set by a description that is refused', () => {
    const pinned = new PinnedFingerprint()
    expect(pinned.check(sdp(...media))).toBeUndefined()
    expect(pinned.check(sdp(...media, line(hex)))).toEqual(found)
  })
})
