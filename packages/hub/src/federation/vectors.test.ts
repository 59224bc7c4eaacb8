import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { systemCrypto } from '@pigeon/identity/system'
import { ByteReader } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { bytesFromHex, hexFromBytes } from '../hex.ts'
import {
  type BusMessage,
  beatBytes,
  decodeBusMessage,
  encodeBusMessage,
  sessionName,
} from '../nats/bus-messages.ts'
import { openNumbered, sealNumbered, sessionKeys } from '../nats/sealer.ts'
import { type Advert, advertBytes, advertFrame, readAdvert } from './advert.ts'
import { AdvertProofs } from './advert-proofs.ts'
import { type Digest, datedNonce, mixDigest, NO_DIGEST, readNonce } from './claim.ts'
import { type ClaimMessage, decodeClaimMessage, encodeClaimMessage } from './claim-messages.ts'
import { decodeGreeting, encodeGreeting, type Greeting, greetingTranscript } from './greeting.ts'
import { decodeParcel, encodeParcel, type Parcel } from './parcels.ts'
import { Owners } from './places.ts'
import {
  decodeAnswer,
  decodeQuestion,
  encodeAnswer,
  encodeQuestion,
  type Question,
} from './question-messages.ts'
import { HubTrust } from './trust.ts'

interface Vectors {
  greetings: { bytes: string; greeting: object }[]
  proofs: {
    dialler: string
    listener: string
    transcript: string
    secret: string
    key: string
    side: 'dialler' | 'listener'
    mac: string
    signature: string
    proof: string
  }[]
  adverts: {
    bytes: string
    namespace?: string
    signed?: string
    advert: { origin: PeerId; links: Record<PeerId, boolean>; proof?: object }
  }[]
  parcels: { bytes: string; parcel: object }[]
  claims: { bytes: string; message: object }[]
  digests: { claims: { id: PeerId; counter: number }[]; digest: Digest }[]
  nonces: { nonce: string; hub: PeerId; at: number; salt: string }[]
  places: { network: string; prefix: string; hubs: PeerId[]; owners: PeerId[] }[]
  questions: { bytes: string; number: number; question: Question }[]
  answers: { bytes: string; number: number; homes: Record<PeerId, PeerId> }[]
  bus: { bytes: string; proven?: string; message: { type: string } }[]
  sessions: {
    transcript: string
    shared: string
    name: string
    toListener: string
    toDialler: string
    number: number
    plain: string
    sealed: string
  }[]
  refused: {
    name: string
    kind: 'question' | 'answer' | 'bus' | 'greeting' | 'parcel' | 'claim' | 'advert'
    bytes: string
  }[]
}

const { verify } = systemCrypto
const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../vectors.json', import.meta.url), 'utf8'),
)

/** The same with bytes in place of the hex of those fields. */
function withBytes<T>(value: object, ...names: string[]): T {
  const read = names
    .filter((name) => name in value)
    .map((name) => [name, bytesFromHex(Reflect.get(value, name) as string)])
  return { ...value, ...Object.fromEntries(read) } as T
}

/** Claims without evidence say so. */
function withEvidence<T>(message: object): T {
  const full = (claim: object): object => ({ evidence: undefined, ...claim })
  const { claim, claims } = message as { claim?: object; claims?: object[] }
  const more = { ...(claim && { claim: full(claim) }), ...(claims && { claims: claims.map(full) }) }
  return { ...message, ...more } as T
}

describe('vectors.json', () => {
  test.each(vectors.greetings)('greeting', ({ bytes, greeting }) => {
    const read = withBytes<Greeting>(greeting, 'nonce', 'sessionKey')
    expect(decodeGreeting(bytesFromHex(bytes))).toEqual(read)
    expect(hexFromBytes(encodeGreeting(read))).toBe(bytes)
  })

  test.each(vectors.proofs)('proof of the $side, shown and checked', async (vector) => {
    const { side, secret } = vector
    const said = [vector.dialler, vector.listener].map(bytesFromHex) as [Uint8Array, Uint8Array]
    const transcript = greetingTranscript(...said)
    expect(hexFromBytes(transcript)).toBe(vector.transcript)
    const key = await systemCrypto.signingKey(new Uint8Array(32).fill(9))
    expect(hexFromBytes(key.publicKey)).toBe(vector.key)
    const facts = { transcript, side } as const
    const shown = await new Promise<Uint8Array>((done) =>
      new HubTrust({ secrets: [secret], key }).prove(facts, done),
    )
    expect(hexFromBytes(shown)).toBe(vector.proof)
    expect(vector.proof).toContain(vector.mac)
    expect(vector.proof).toContain(vector.signature)
    const isGood = (trust: HubTrust, facts: Parameters<HubTrust['check']>[1]) =>
      new Promise((done) => trust.check('0'.repeat(40) as PeerId, facts, shown, done))
    const other = side === 'dialler' ? 'listener' : 'dialler'
    expect(await isGood(new HubTrust({ secrets: [secret] }), facts)).toBe(true)
    expect(await isGood(new HubTrust({ secrets: [secret] }), { ...facts, side: other })).toBe(false)
    expect(await isGood(new HubTrust({ secrets: [`another ${secret}`] }), facts)).toBe(false)
    const hmac = createHmac(
      'sha256',
      Buffer.concat([Buffer.of(secret.length), Buffer.from(secret)]),
    )
    const domain = 'pigeon/hub-link/1'
    hmac
      .update(Buffer.of(domain.length))
      .update(domain)
      .update(Buffer.of(side === 'dialler' ? 1 : 2))
    expect(hmac.update(transcript).digest('hex')).toBe(vector.mac)
  })

  test.each(vectors.adverts)('advert', async (vector) => {
    const { bytes, namespace, signed } = vector
    const { links, proof, ...rest } = vector.advert
    const read = {
      ...rest,
      links: new Map(Object.entries(links)),
      ...(proof && { proof: withBytes(proof, 'key', 'signature') }),
    } as unknown as Advert
    const reader = new ByteReader(bytesFromHex(bytes))
    expect(reader.u8()).toBe(1)
    expect(readAdvert(reader)).toEqual(read)
    expect(hexFromBytes(advertFrame(1, [read]))).toBe(bytes)
    if (proof === undefined || namespace === undefined) return
    expect(hexFromBytes(advertBytes(namespace, read))).toBe(signed)
    const isGood = (of: string, advert: Advert) =>
      new Promise((done) => {
        const proofs = new AdvertProofs({ self: rest.origin, namespace: of, verify })
        proofs.check(advert, undefined, done)
      })
    expect(await isGood(namespace, read)).toBe(true)
    expect(await isGood('another', read)).toBe(false)
    expect(await isGood(namespace, { ...read, seq: read.seq + 1 })).toBe(false)
  })

  test.each(vectors.parcels)('parcel: $parcel.type', ({ bytes, parcel }) => {
    const read = withBytes<Parcel>(parcel, 'stamped', 'payload')
    expect(decodeParcel(bytesFromHex(bytes))).toEqual(read)
    expect(hexFromBytes(encodeParcel(read))).toBe(bytes)
  })

  test.each(vectors.claims)('claims: $message.type', ({ bytes, message }) => {
    const read = withEvidence<ClaimMessage>(message)
    expect(decodeClaimMessage(bytesFromHex(bytes))).toEqual(read)
    expect(hexFromBytes(encodeClaimMessage(read))).toBe(bytes)
  })

  test.each(vectors.digests)('sum of $claims.length claims', ({ claims, digest }) => {
    const sum = (all: typeof claims) =>
      all.reduce((before, claim) => mixDigest(before, { ...claim, evidence: undefined }), NO_DIGEST)
    expect(sum(claims)).toEqual(digest)
    expect(sum([...claims].reverse())).toEqual(digest)
  })

  test.each(vectors.nonces)('nonce of a CHALLENGE', ({ nonce, hub, at, salt }) => {
    expect(datedNonce(hub, at, bytesFromHex(salt))).toBe(nonce)
    expect(readNonce(nonce)).toEqual({ hub, at })
  })

  test.each(vectors.places)('who keeps $network/$prefix', ({ network, prefix, hubs, owners }) => {
    expect(new Owners(hubs).of(network, prefix)).toEqual(owners)
  })

  test.each(vectors.questions)('question: $question.kind', ({ bytes, number, question }) => {
    expect(decodeQuestion(bytesFromHex(bytes))).toEqual({ number, question })
    expect(hexFromBytes(encodeQuestion(number, question))).toBe(bytes)
  })

  test.each(vectors.answers)('answer $number', ({ bytes, number, homes }) => {
    const read = new Map(Object.entries(homes)) as Map<PeerId, PeerId>
    expect(decodeAnswer(bytesFromHex(bytes))).toEqual({ number, homes: read })
    expect(hexFromBytes(encodeAnswer(number, read))).toBe(bytes)
  })

  test.each(vectors.bus)('on a bus: $message.type', ({ bytes, proven, message }) => {
    const read = withBytes<BusMessage>(message, 'said', 'proof', 'sealed')
    expect(decodeBusMessage(bytesFromHex(bytes))).toEqual(read)
    expect(hexFromBytes(encodeBusMessage(read))).toBe(bytes)
    if (read.type === 'beat') expect(hexFromBytes(beatBytes(read.from, read.at))).toBe(proven)
  })

  test.each(vectors.sessions)('sealed on a bus, number $number', (vector) => {
    const { number, name } = vector
    const [transcript, plain] = [vector.transcript, vector.plain].map(bytesFromHex) as [
      Uint8Array,
      Uint8Array,
    ]
    expect(sessionName(transcript)).toBe(name)
    const keys = sessionKeys(bytesFromHex(vector.shared), transcript)
    expect(hexFromBytes(keys.toListener)).toBe(vector.toListener)
    expect(hexFromBytes(keys.toDialler)).toBe(vector.toDialler)
    const sealed = sealNumbered(systemCrypto, keys.toListener, number, plain)
    expect(hexFromBytes(sealed)).toBe(vector.sealed)
    const open = (key: Uint8Array, as: number) => openNumbered(systemCrypto, key, as, sealed)
    expect(open(keys.toListener, number)).toEqual(plain)
    expect(open(keys.toListener, number + 1)).toBeUndefined()
    expect(open(keys.toDialler, number)).toBeUndefined()
  })

  test.each(vectors.refused)('refused: $name', ({ kind, bytes }) => {
    const read = bytesFromHex(bytes)
    if (kind === 'greeting') expect(decodeGreeting(read)).toBeUndefined()
    else if (kind === 'parcel') expect(decodeParcel(read)).toBeUndefined()
    else if (kind === 'question') expect(decodeQuestion(read)).toBeUndefined()
    else if (kind === 'answer') expect(decodeAnswer(read)).toBeUndefined()
    else if (kind === 'bus') expect(() => decodeBusMessage(read)).toThrow()
    else if (kind === 'claim') expect(decodeClaimMessage(read)).toBeUndefined()
    else {
      const reader = new ByteReader(read)
      reader.u8()
      expect(() => readAdvert(reader)).toThrow()
    }
  })
})
