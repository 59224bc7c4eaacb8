import { peerIdFromName } from '@pigeon/peer'
import { expect, test } from 'vitest'
import { hopsFrom } from './hops.ts'

const [a, b, c, d] = [
  peerIdFromName('a'),
  peerIdFromName('b'),
  peerIdFromName('c'),
  peerIdFromName('d'),
]

test('a link counts both ways, whichever end tells of it, and who is not linked is nowhere', () => {
  const hops = hopsFrom(a, [
    { peerId: a, label: '', links: [b] },
    { peerId: c, label: '', links: [b] },
    { peerId: d, label: '', links: [] },
  ])
  expect([...hops]).toEqual([
    [a, 0],
    [b, 1],
    [c, 2],
  ])
})
