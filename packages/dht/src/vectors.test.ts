import { readFileSync } from 'node:fs'
import type { PeerId } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { sha256 } from '../test/network.ts'
import { type Address, placeOf } from './address.ts'
import { type Answer, decodeAnswer, encodeAnswer, testimonyBytes } from './answers.ts'
import * as bodies from './bodies.ts'
import { decodeFrame, encodeFrame, type Frame } from './frames.ts'
import { hexOf, hexToBytes } from './hex.ts'
import { type Proof, Proofs } from './proofs.ts'
import {
  decodeRecord,
  digestOf,
  encodeContent,
  type RecordContent,
  signedContent,
} from './record.ts'

interface ProofVector {
  id: PeerId
  key?: string
  signature?: string
}

interface Vectors {
  records: {
    name: string
    bytes: string
    address: Address
    places: PeerId[]
    digest: string
    signed?: string
    domain?: string
    content: Omit<RecordContent, 'value' | 'key' | 'salt'> & {
      value: string
      key?: string
      salt?: string
    }
  }[]
  frames: { name: string; bytes: string; frame: Record<string, unknown> }[]
  answers: {
    bytes: string
    answer: {
      verdict: Answer['verdict']
      record?: string
      testimonies: { holds: boolean; seq: number; proof: ProofVector }[]
    }
  }[]
  bodies: Record<string, { bytes: string }>
  statements: { put: string; lease: string; answer: string }
  refused: { name: string; bytes: string }[]
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../vectors.json', import.meta.url), 'utf8'),
)
const text = (hex: unknown) => String.fromCharCode(...hexToBytes(hex as string))
const self = '0'.repeat(40) as PeerId
const verify = () => true
const proofs = new Proofs({ self, signer: undefined, verify, domain: '', sha256 })

function toProof({ id, key, signature }: ProofVector): Proof {
  if (key === undefined || signature === undefined) return { id }
  return { id, signed: { key: hexToBytes(key), signature: hexToBytes(signature) } }
}

describe('vectors.json', () => {
  test.each(vectors.records)('record: $name', (vector) => {
    const { content, address, places, digest, domain, signed } = vector
    const read = decodeRecord(hexToBytes(vector.bytes), sha256)
    const { key, salt } = content
    const expected = {
      ...content,
      value: hexToBytes(content.value),
      ...(key && salt && { key: hexToBytes(key), salt: hexToBytes(salt) }),
    }
    expect(read).toMatchObject({ ...expected, address })
    expect([0, 1, 2].map((index) => placeOf(address, index, sha256))).toEqual(places)
    expect(digestOf(read, sha256)).toBe(digest)
    const encoded = encodeContent(read)
    expect(vector.bytes.startsWith(hexOf(encoded))).toBe(true)
    if (domain !== undefined) expect(hexOf(signedContent(domain, encoded))).toBe(signed)
  })

  test.each(vectors.frames)('frame: $name', ({ bytes, frame }) => {
    const read = {
      ...frame,
      ...('id' in frame && { id: text(frame['id']) }),
      ...('body' in frame && { body: hexToBytes(frame['body'] as string) }),
      ...('record' in frame && { record: hexToBytes(frame['record'] as string) }),
    } as unknown as Frame
    expect(decodeFrame(hexToBytes(bytes))).toEqual(read)
    expect(hexOf(encodeFrame(read))).toBe(bytes)
  })

  test.each(vectors.answers)('answer of verdict $answer.verdict', ({ bytes, answer }) => {
    const read: Answer = {
      verdict: answer.verdict,
      record: answer.record === undefined ? undefined : hexToBytes(answer.record),
      testimonies: answer.testimonies.map((one) => ({ ...one, proof: toProof(one.proof) })),
    }
    expect(decodeAnswer(hexToBytes(bytes), proofs)).toEqual(read)
    expect(hexOf(encodeAnswer(read))).toBe(bytes)
  })

  test('bodies and what is signed', () => {
    const bytes = (name: string) => hexToBytes(vectors.bodies[name]?.bytes as string)
    const ask = bodies.decodeAsk(bytes('ask'))
    expect(ask).toMatchObject({ have: 6 })
    expect(bodies.encodeAsk(ask)).toEqual(bytes('ask'))
    const put = bodies.decodePut(bytes('put'), proofs)
    expect(put).toMatchObject({ place: 2, expected: 4 })
    expect(bodies.encodePut(put)).toEqual(bytes('put'))
    expect(hexOf(bodies.putBytes(put, sha256))).toBe(vectors.statements.put)
    const store = bodies.decodeStore(bytes('store'))
    expect(bodies.encodeStore(store)).toEqual(bytes('store'))
    const { lease, place, have } = bodies.decodeSubscribe(bytes('subscribe'), proofs)
    expect(bodies.encodeSubscribe(lease, place, have)).toEqual(bytes('subscribe'))
    expect(hexOf(bodies.leaseBytes(lease))).toBe(vectors.statements.lease)
    const leases = bodies.decodeLeases(bytes('leases'), proofs)
    expect(bodies.encodeLeases(leases.leases, leases.place)).toEqual(bytes('leases'))
    const offers = bodies.decodeOffers(bytes('offers'))
    expect(bodies.encodeOffers(offers)).toEqual(bytes('offers'))
    const said = { holds: true, seq: put.time }
    expect(hexOf(testimonyBytes(ask.name, ask.address, said))).toBe(vectors.statements.answer)
  })

  test.each(vectors.refused)('refused: $name', ({ bytes }) => {
    expect(() => decodeFrame(hexToBytes(bytes))).toThrow()
  })
})
