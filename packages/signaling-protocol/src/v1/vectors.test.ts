import { readFileSync } from 'node:fs'
import type { PeerId } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import * as v1 from '../v1.ts'

interface Vectors {
  client: { name: string; text: string; read: v1.V1Frame | null }[]
  hub: { name: string; text: string }[]
  stamped: {
    name: string
    type: string
    sender: PeerId
    network: string
    timestamp: number
    before: string
    after: string
  }[]
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../vectors-v1.json', import.meta.url), 'utf8'),
)

const A = '00112233445566778899aabbccddeeff00112233' as PeerId
const B = 'ffeeddccbbaa99887766554433221100ffeeddcc' as PeerId
const at = 1_700_000_000_000
const naming = { to: B, peerId: A, networkName: 'net' }
const said = { peerId: B, isHub: true, nick: 'a' }

/** What makes each message of the hub. */
const MADE: Record<string, Uint8Array> = {
  connected: v1.v1Connected(A, at),
  'peer-discovered': v1.v1Discovered(naming, at),
  'peer-discovered with what the peer said of itself': v1.v1Discovered(
    { ...naming, data: said },
    at,
  ),
  'peer-disconnected': v1.v1Disconnected(naming, at),
  goodbye: v1.v1Goodbye(naming, { peerId: A }, at),
  pong: v1.v1Pong(A, 'net', at),
  error: v1.v1Error(v1.v1NotRouted('connection-rejected'), at),
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

describe('vectors-v1.json', () => {
  test.each(vectors.client)('S2 client: $name', ({ text, read }) => {
    const frame = v1.decodeV1Frame(bytesOf(text))
    expect(frame === undefined ? null : JSON.parse(JSON.stringify(frame))).toEqual(read)
  })

  test.each(vectors.hub)('S2 hub: $name', ({ name, text }) => {
    expect(textOf(MADE[name] as Uint8Array)).toBe(text)
  })

  test.each(vectors.stamped)('S2 stamped: $name', (vector) => {
    const { sender, network, type, timestamp, before, after } = vector
    const stamp = new v1.V1Stamp(sender, network)
    expect(textOf(stamp.put(bytesOf(before), type, timestamp))).toBe(after)
  })
})
