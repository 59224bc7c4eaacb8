import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { peerIdToBytes } from '@pigeon/xor'
import { beforeAll, describe, expect, test } from 'vitest'
import { someone } from './fixtures/people.ts'
import type { Identity } from './identity.ts'
import {
  type LinkFacts,
  type LinkSide,
  proofTranscript,
  signProof,
  verifyProof,
} from './link-proof.ts'
import { systemCrypto } from './system-node.ts'

const { verify } = systemCrypto
let lower: Identity
let higher: Identity
let facts: LinkFacts

const side = ({ id, key }: Identity, byte: number): LinkSide => ({
  id,
  key,
  fingerprint: new Uint8Array(32).fill(byte),
  nonce: new Uint8Array(32).fill(byte + 1),
})

beforeAll(async () => {
  const people = await Promise.all([someone(1), someone(2)])
  ;[lower, higher] = people.sort((a, b) => (a.id < b.id ? -1 : 1)) as [Identity, Identity]
  facts = { network: 'net', linkId: '0a1b', sides: [side(lower, 10), side(higher, 20)] }
})

describe('the transcript of a link', () => {
  test('is the hash of all both sides must agree on, the lower id first', () => {
    const bytes = concatBytes(
      utf8ToBytes('pigeon/link/1'),
      Uint8Array.of(3),
      utf8ToBytes('net'),
      Uint8Array.of(4),
      utf8ToBytes('0a1b'),
      ...facts.sides.flatMap(({ id, key, fingerprint, nonce }) => [
        peerIdToBytes(id),
        key,
        fingerprint,
        nonce,
      ]),
    )
    expect(proofTranscript(facts)).toEqual(sha256(bytes))
    const [a, b] = facts.sides
    expect(proofTranscript({ ...facts, sides: [b, a] })).toEqual(sha256(bytes))
    const binding = new Uint8Array(32).fill(1)
    expect(proofTranscript({ ...facts, binding })).toEqual(sha256(concatBytes(bytes, binding)))
  })

  test('is another one if anything differs', () => {
    const [a, b] = facts.sides
    const bytes = new Uint8Array(32).fill(99)
    const all = [
      facts,
      { ...facts, network: 'net2' },
      { ...facts, linkId: '0a1c' },
      { ...facts, network: 'ne', linkId: 't0a1b' },
      { ...facts, sides: [{ ...a, fingerprint: bytes }, b] },
      { ...facts, sides: [a, { ...b, fingerprint: bytes }] },
      { ...facts, sides: [{ ...a, nonce: bytes }, b] },
      { ...facts, sides: [a, { ...b, nonce: bytes }] },
      { ...facts, sides: [{ ...a, key: bytes }, b] },
      {
        ...facts,
        sides: [
          { ...a, fingerprint: b.fingerprint },
          { ...b, fingerprint: a.fingerprint },
        ],
      },
      { ...facts, binding: bytes },
    ] as LinkFacts[]
    expect(new Set(all.map((one) => bytesToHex(proofTranscript(one)))).size).toBe(all.length)
  })

  test('is not made of what is out of bounds', () => {
    const [a, b] = facts.sides
    const short = new Uint8Array(31)
    for (const wrong of [
      { network: '' },
      { network: 'n'.repeat(129) },
      { linkId: '' },
      { linkId: 'l'.repeat(65) },
      { sides: [a, a] },
      { sides: [{ ...a, key: short }, b] },
      { sides: [{ ...a, fingerprint: short }, b] },
      { sides: [a, { ...b, nonce: short }] },
      { binding: short },
    ] as Partial<LinkFacts>[]) {
      expect(() => proofTranscript({ ...facts, ...wrong })).toThrow(RangeError)
    }
  })
})

describe('the proof of a side', () => {
  test('is good for that side of that link only', async () => {
    const transcript = proofTranscript(facts)
    const proof = await signProof(lower, higher.id, transcript)
    expect(await verifyProof(verify, lower, higher.id, transcript, proof)).toBe(true)
    const another = proofTranscript({ ...facts, linkId: 'other' })
    expect(await verifyProof(verify, lower, higher.id, another, proof)).toBe(false)
    expect(await verifyProof(verify, higher, lower.id, transcript, proof)).toBe(false)
  })

  test('is not good for the other side, even by the same key', async () => {
    const transcript = proofTranscript(facts)
    const reflected = await signProof(lower, higher.id, transcript)
    const below = { id: lower.id, key: lower.key }
    expect(await verifyProof(verify, below, '0'.repeat(40) as never, transcript, reflected)).toBe(
      false,
    )
  })

  test('needs the key of the id', async () => {
    const transcript = proofTranscript(facts)
    const proof = await signProof(higher, lower.id, transcript)
    const claimed = { id: higher.id, key: lower.key }
    expect(await verifyProof(verify, claimed, lower.id, transcript, proof)).toBe(false)
    const cut = { id: higher.id, key: higher.key.subarray(1) }
    expect(await verifyProof(verify, cut, lower.id, transcript, proof)).toBe(false)
  })

  test('a peer has no link with itself', () => {
    expect(() => signProof(lower, lower.id, new Uint8Array(32))).toThrow(RangeError)
  })
})
