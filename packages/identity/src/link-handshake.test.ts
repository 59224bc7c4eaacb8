import { seededRandom } from '@pigeon/transport/testing'
import type { PeerId } from '@pigeon/xor'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { webCrypto } from './fixtures/engines.ts'
import { someone } from './fixtures/people.ts'
import type { Identity } from './identity.ts'
import { type HandshakeStep, LinkHandshake, type LinkHandshakeOptions } from './link-handshake.ts'
import { systemCrypto } from './system-node.ts'

const certificates = { alice: new Uint8Array(32).fill(1), bob: new Uint8Array(32).fill(2) }
const base = { verify: systemCrypto.verify, network: 'net', linkId: '00ff' }

let alice: Identity
let bob: Identity
let mallory: Identity
let seed = 0

beforeAll(async () => {
  ;[alice, bob, mallory] = (await Promise.all([1, 2, 3].map((one) => someone(one)))) as [
    Identity,
    Identity,
    Identity,
  ]
})

const aliceSide = (options: Partial<LinkHandshakeOptions> = {}): LinkHandshake =>
  new LinkHandshake({
    ...base,
    random: seededRandom(++seed),
    signer: alice,
    remote: bob.id,
    localFingerprint: certificates.alice,
    remoteFingerprint: certificates.bob,
    ...options,
  })

const bobSide = (options: Partial<LinkHandshakeOptions> = {}): LinkHandshake =>
  new LinkHandshake({
    ...base,
    random: seededRandom(++seed),
    signer: bob,
    remote: alice.id,
    localFingerprint: certificates.bob,
    remoteFingerprint: certificates.alice,
    ...options,
  })

async function proofOf(side: LinkHandshake, hello: Uint8Array): Promise<Uint8Array> {
  const step = await side.receive(hello)
  if (step.status !== 'send') throw new Error(JSON.stringify(step))
  return step.frame
}

/** What each side says in the end. */
async function run(a: LinkHandshake, b: LinkHandshake): Promise<[HandshakeStep, HandshakeStep]> {
  const [fromA, fromB] = await Promise.all([proofOf(a, b.hello), proofOf(b, a.hello)])
  return Promise.all([a.receive(fromB), b.receive(fromA)])
}

const refused = (code: string) => ({ status: 'refused', code })

describe('the handshake on a link', () => {
  test('shows each side who the other is', async () => {
    const [atAlice, atBob] = await run(aliceSide(), bobSide())
    expect(atAlice).toEqual({ status: 'proven', id: bob.id, key: bob.key, verified: true })
    expect(atBob).toEqual({ status: 'proven', id: alice.id, key: alice.key, verified: true })
  })

  test('works as well where cryptography is asynchronous, and frames come at once', async () => {
    const { verify } = webCrypto()
    const slow = {
      ...alice,
      id: alice.id,
      key: alice.key,
      sign: async (b: Uint8Array) => alice.sign(b),
    }
    const a = aliceSide({ verify, signer: slow })
    const b = bobSide({ verify })
    const fromB = await proofOf(b, a.hello)
    const [first, second] = [a.receive(b.hello), a.receive(fromB)]
    expect((await first).status).toBe('send')
    expect((await second).status).toBe('proven')
  })

  test.each([
    ['network', { network: 'other' }],
    ['link', { linkId: '00fe' }],
    ['binding of a password', { binding: new Uint8Array(32).fill(9) }],
    ['certificate of the other side', { remoteFingerprint: new Uint8Array(32).fill(3) }],
    ['certificate of its own', { localFingerprint: new Uint8Array(32).fill(3) }],
  ])('fails on both sides where they see another %s', async (_what, options) => {
    expect(await run(aliceSide(), bobSide(options))).toEqual([
      refused('PROOF_INVALID'),
      refused('PROOF_INVALID'),
    ])
  })

  test('who is in the middle, with a certificate of its own on each side, is seen by both', async () => {
    const middle = new Uint8Array(32).fill(66)
    const a = aliceSide({ remoteFingerprint: middle })
    const b = bobSide({ remoteFingerprint: middle })
    expect(await run(a, b)).toEqual([refused('PROOF_INVALID'), refused('PROOF_INVALID')])
  })

  test('somebody else is refused, with the own key or with that of the id', async () => {
    const wrongId = aliceSide().receive(bobSide({ signer: mallory }).hello)
    expect(await wrongId).toEqual(refused('PROOF_WRONG_ID'))
    const pretender = { id: bob.id, key: bob.key, sign: (bytes: Uint8Array) => mallory.sign(bytes) }
    const [atAlice] = await run(aliceSide(), bobSide({ signer: pretender }))
    expect(atAlice).toEqual(refused('PROOF_INVALID'))
  })

  test('an id that is not of its key is taken only where that is allowed, and said to be so', async () => {
    const id = 'ab'.repeat(20) as PeerId
    const renamed = { id, key: bob.key, sign: (bytes: Uint8Array) => bob.sign(bytes) }
    const [strict] = await run(aliceSide({ remote: id }), bobSide({ signer: renamed })).catch(
      ({ message }: Error) => [JSON.parse(message)],
    )
    expect(strict).toEqual(refused('PROOF_WRONG_ID'))
    const lax = aliceSide({ remote: id, allowUnverified: true })
    expect(await run(lax, bobSide({ signer: renamed }))).toEqual([
      { status: 'proven', id, key: bob.key, verified: false },
      { status: 'proven', id: alice.id, key: alice.key, verified: true },
    ])
    const pretender = { ...renamed, sign: (bytes: Uint8Array) => mallory.sign(bytes) }
    const again = aliceSide({ remote: id, allowUnverified: true })
    const [atAlice] = await run(again, bobSide({ signer: pretender }))
    expect(atAlice).toEqual(refused('PROOF_INVALID'))
  })

  test('a proof of an earlier link is refused', async () => {
    const before = bobSide()
    const earlier = aliceSide()
    const replayedHello = before.hello
    const replayedProof = await proofOf(before, earlier.hello)
    const a = aliceSide()
    await a.receive(replayedHello)
    expect(await a.receive(replayedProof)).toEqual(refused('PROOF_INVALID'))
  })

  test('what this side sent is refused when it comes back', async () => {
    const mirrored = aliceSide()
    expect(await mirrored.receive(mirrored.hello)).toEqual(refused('PROOF_REFLECTED'))
    const a = aliceSide()
    const own = await proofOf(a, bobSide().hello)
    expect(await a.receive(own)).toEqual(refused('PROOF_REFLECTED'))
  })

  test('a second key for an id that is known is refused as such', async () => {
    const known = aliceSide({ knownKey: mallory.key })
    expect(await known.receive(bobSide().hello)).toEqual(refused('PROOF_SECOND_KEY'))
    const [atAlice] = await run(aliceSide({ knownKey: bob.key }), bobSide())
    expect(atAlice.status).toBe('proven')
  })

  test('anything out of turn ends it, also what would have been right later', async () => {
    const b = bobSide()
    const proof = await proofOf(b, aliceSide().hello)
    const a = aliceSide()
    expect(await a.receive(proof)).toEqual(refused('PROOF_MALFORMED'))
    expect(await a.receive(b.hello)).toEqual(refused('PROOF_MALFORMED'))
    const again = aliceSide()
    await again.receive(b.hello)
    expect(await again.receive(b.hello)).toEqual(refused('PROOF_MALFORMED'))
    const [done] = [aliceSide()]
    const other = bobSide()
    await run(done as LinkHandshake, other)
    expect(await other.receive(proof)).toEqual(refused('PROOF_MALFORMED'))
  })

  test('a frame of another size or version has a code', async () => {
    const { hello } = bobSide()
    const code = async (frame: Uint8Array) => (await aliceSide().receive(frame)) as { code: string }
    expect(await code(new Uint8Array(0))).toEqual(refused('PROOF_MALFORMED'))
    expect(await code(Uint8Array.of(1))).toEqual(refused('PROOF_MALFORMED'))
    expect(await code(hello.subarray(0, -1))).toEqual(refused('PROOF_MALFORMED'))
    expect(await code(Uint8Array.of(...hello, 0))).toEqual(refused('PROOF_MALFORMED'))
    expect(await code(Uint8Array.of(1, 2, ...hello))).toEqual(refused('PROOF_VERSION'))
    expect(await code(Uint8Array.of(3, ...hello.subarray(1)))).toEqual(refused('PROOF_MALFORMED'))
  })

  test('mutated frames are refused with a code, and never throw', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.nat(65),
        fc.integer({ min: 1, max: 255 }),
        async (inHello, at, flip) => {
          const a = aliceSide()
          const b = bobSide()
          const change = (frame: Uint8Array): Uint8Array => {
            const changed = frame.slice()
            const index = at % changed.length
            changed[index] = (changed[index] as number) ^ flip
            return changed
          }
          const proof = await proofOf(b, a.hello)
          const first = await a.receive(inHello ? change(b.hello) : b.hello)
          const last =
            first.status === 'send' ? await a.receive(inHello ? proof : change(proof)) : first
          expect(last.status).toBe('refused')
        },
      ),
      { numRuns: 500 },
    )
  })

  test('what is out of bounds is found before anything is sent', () => {
    for (const wrong of [
      { network: '' },
      { linkId: 'l'.repeat(65) },
      { localFingerprint: new Uint8Array(20) },
      { remoteFingerprint: new Uint8Array(0) },
      { binding: new Uint8Array(16) },
      { remote: alice.id },
    ] as { remote?: PeerId }[]) {
      expect(() => aliceSide(wrong)).toThrow(RangeError)
    }
  })
})
