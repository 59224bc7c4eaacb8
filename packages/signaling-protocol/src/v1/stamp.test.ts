import { type PeerId, peerIdFromName } from '@pigeon/xor'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quickV1Signal } from './quick-signal.ts'
import { V1Stamp } from './stamp.ts'

const alice = peerIdFromName('alice')
const bob = peerIdFromName('bob')
const stamp = new V1Stamp(alice, 'a "quoted" net')
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const ours = { type: 'offer', fromPeerId: alice, networkName: 'a "quoted" net', timestamp: 1700 }

function stamped(text: string): unknown {
  return JSON.parse(new TextDecoder().decode(stamp.put(bytesOf(text), 'offer', 1700.9)))
}

test('S4 a stamp overrules whatever was claimed, and leaves the rest', () => {
  const claimed = {
    type: 'goodbye',
    fromPeerId: bob,
    networkName: 'x',
    timestamp: 0,
    data: { a: 1 },
  }
  expect(stamped(` ${JSON.stringify(claimed)} \n`)).toEqual({ ...claimed, ...ours })
})

test('S2 a signal as PeerPigeon writes it is recognised unread, and nothing else is', () => {
  const signal = (type: string, targetPeerId: string) =>
    bytesOf(
      JSON.stringify({ type, data: { sdp: 'v=0' }, maxPeers: 3, networkName: 'n', targetPeerId }),
    )
  for (const type of ['offer', 'answer', 'ice-candidate']) {
    expect(quickV1Signal(signal(type, bob))).toEqual({ type, target: bob })
  }
  expect(quickV1Signal(signal('connection-rejected', bob))).toBeUndefined()
  expect(quickV1Signal(signal('offer', 'G'.repeat(40)))).toBeUndefined()
  expect(quickV1Signal(bytesOf(`{"type":"offer","targetPeerId":"${bob}"} `))).toBeUndefined()
  expect(quickV1Signal(new Uint8Array(0))).toBeUndefined()
})

test('S4 whatever stands in an unread signal, receivers read the stamp or nothing', () => {
  const pieces = [
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"type":"goodbye"',
    'x',
    '"fromPeerId":"y"',
  ]
  const middle = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((all) => all.join(''))
  fc.assert(
    fc.property(middle, (text) => {
      const bytes = bytesOf(`{"type":"offer",${text}"targetPeerId":"${bob}"}`)
      const quick = quickV1Signal(bytes) as { type: string; target: PeerId }
      const out = new TextDecoder().decode(stamp.put(bytes, quick.type, 1700))
      let read: unknown
      try {
        read = JSON.parse(out)
      } catch {
        return
      }
      expect(read).toMatchObject(ours)
    }),
    { numRuns: 20_000 },
  )
})
