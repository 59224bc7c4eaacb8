import { readFileSync } from 'node:fs'
import { sha256 } from '@noble/hashes/sha2.js'
import { ByteReader } from '@pigeon/transport'
import { type PeerId, peerIdToBytes } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { Log } from './author.ts'
import { type Beacon, beaconBytes, decodeBeacon, encodeBeacon } from './beacon.ts'
import { decodeDataHead, encodeData } from './data-frame.ts'
import { decodeDigest, encodeDigest } from './digest.ts'
import { Entry, keyOf } from './entry.ts'
import { decodeIhave, decodePull, encodeIhave, encodePull } from './id-frames.ts'
import { type Content, decodeContent, encodeBody, encodeContent, signedBytes } from './message.ts'

interface Vectors {
  messages: {
    name: string
    frame: string
    key: string
    signed: string
    domain: string
    hops: number
    flags: number
    budget: number
    path?: PeerId[]
    proof: string
    content: Omit<Content, 'author' | 'payload'> & { author: PeerId; payload: string }
  }[]
  ihave: { frame: string; flags: number; named: { key: string; hops: number }[] }[]
  pull: { frame: string; keys: string[] }[]
  beacons: {
    frame: string
    signed: string
    dist: number
    beacon: Omit<Beacon, 'proof'> & { proof: string }
  }[]
  digests: {
    frame: string
    answer: boolean
    from: number
    to: number
    hashes: Record<string, number>
  }[]
  refused: { name: string; frame: string }[]
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../vectors.json', import.meta.url), 'utf8'),
)

const fromHex = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const textOfHex = (hex: string) => Buffer.from(hex, 'hex').toString('latin1')
const hexOfText = (text: string) => Buffer.from(text, 'latin1').toString('hex')

/** A reader behind the kind. */
function reader(hex: string): ByteReader {
  const made = new ByteReader(fromHex(hex))
  made.u8()
  return made
}

describe('vectors.json', () => {
  test.each(vectors.messages)('message: $name', (vector) => {
    const { content, domain } = vector
    const read = {
      ...content,
      author: peerIdToBytes(content.author),
      payload: fromHex(content.payload),
    }
    const encoded = encodeContent(read)
    const body = encodeBody(fromHex(vector.proof), encoded)
    expect(toHex(signedBytes(domain, encoded))).toBe(vector.signed)
    expect(hexOfText(keyOf(sha256(body)))).toBe(vector.key)
    const log = new Log(content.author, content.epoch)
    const made = { key: '', body, hops: vector.hops - 1, path: vector.path, at: 0, late: false }
    const entry = new Entry(read, log, made, [])
    expect(toHex(encodeData(entry, body, vector.flags, vector.budget))).toBe(vector.frame)
    const bytes = reader(vector.frame)
    const { hops, flags, budget, path } = vector
    expect(decodeDataHead(bytes)).toEqual({ hops, flags, budget, path })
    expect(toHex(bytes.bytes(256))).toBe(vector.proof)
    expect(decodeContent(bytes)).toEqual(read)
  })

  test.each(vectors.ihave)('announcement: $frame', ({ frame, flags, named }) => {
    const read = named.map(({ key, hops }) => ({ key: textOfHex(key), hops }))
    expect(decodeIhave(reader(frame))).toEqual({ flags, named: read })
    expect(toHex(encodeIhave(read as unknown as Entry[], flags))).toBe(frame)
  })

  test.each(vectors.pull)('question: $frame', ({ frame, keys }) => {
    expect(decodePull(reader(frame))).toEqual(keys.map(textOfHex))
    expect(toHex(encodePull(keys.map(textOfHex)))).toBe(frame)
  })

  test.each(vectors.beacons)('beacon: $frame', ({ frame, signed, dist, beacon }) => {
    const read = { ...beacon, proof: fromHex(beacon.proof) }
    expect(decodeBeacon(reader(frame))).toEqual({ beacon: read, dist })
    expect(toHex(encodeBeacon(read, dist))).toBe(frame)
    expect(toHex(beaconBytes('', read))).toBe(signed)
  })

  test.each(vectors.digests)('digest: $frame', ({ frame, answer, from, to, hashes }) => {
    const read = Uint32Array.from({ length: 256 }, (_, bucket) => hashes[bucket] ?? 0)
    expect(decodeDigest(reader(frame))).toEqual({ answer, from, to, hashes: read })
    expect(toHex(encodeDigest({ answer, from, to, hashes: read }))).toBe(frame)
  })

  test.each(vectors.refused)('refused: $name', ({ frame }) => {
    const kind = fromHex(frame)[0]
    const decode = {
      17: (bytes: ByteReader) => {
        decodeDataHead(bytes)
        bytes.bytes(256)
        decodeContent(bytes)
      },
      18: decodeIhave,
      19: decodePull,
      20: decodeBeacon,
      27: decodeDigest,
    }[kind as 0x11]
    expect(() => decode(reader(frame))).toThrow()
  })
})
