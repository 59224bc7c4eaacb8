import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { seededRandom } from '@pigeon/transport/testing'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { CryptoEngine } from './engine.ts'
import { sealEnvelope } from './envelope.ts'
import { someone } from './fixtures/people.ts'
import { hpkeSeal } from './hpke.ts'
import type { Identity } from './identity.ts'
import { ENVELOPE_OVERHEAD_BYTES, MAX_ENVELOPE_BYTES } from './limits.ts'
import { systemCrypto } from './system-node.ts'

const crypto = systemCrypto
const random = seededRandom(7)
const hello = utf8ToBytes('hello')

let alice: Identity
let bob: Identity
let carol: Identity

beforeAll(async () => {
  ;[alice, bob, carol] = (await Promise.all([1, 2, 3].map((seed) => someone(seed)))) as [
    Identity,
    Identity,
    Identity,
  ]
})

/** An envelope around any content, as only somebody with other software makes one. */
async function around(content: Uint8Array): Promise<Uint8Array> {
  const ephemeral = await crypto.receivingKey(random.fill(new Uint8Array(32)))
  const context = { info: utf8ToBytes('pigeon/envelope/1'), aad: new Uint8Array(0) }
  const sealed = await hpkeSeal(crypto, ephemeral, bob.receivingKey, content, context)
  return concatBytes(Uint8Array.of(1), ephemeral.publicKey, sealed as Uint8Array)
}

describe('envelopes', () => {
  test('only the receiver can open one', async () => {
    const envelope = await sealEnvelope(hello, { crypto, random, to: bob })
    expect(envelope.length).toBe(hello.length + ENVELOPE_OVERHEAD_BYTES)
    expect(await bob.open(envelope)).toEqual({ ok: true, bytes: hello, sender: undefined })
    expect(await carol.open(envelope)).toEqual({ ok: false, code: 'ENVELOPE_UNREADABLE' })
  })

  test('nothing may be inside', async () => {
    const envelope = await sealEnvelope(new Uint8Array(0), { crypto, random, to: bob })
    expect(await bob.open(envelope)).toMatchObject({ ok: true, bytes: new Uint8Array(0) })
  })

  test('what it was sealed for must be known to open it', async () => {
    const aad = utf8ToBytes('to bob, message 3')
    const envelope = await sealEnvelope(hello, { crypto, random, to: bob, aad })
    expect((await bob.open(envelope, { aad })).ok).toBe(true)
    expect(await bob.open(envelope)).toEqual({ ok: false, code: 'ENVELOPE_UNREADABLE' })
  })

  test('the sender is shown to the receiver, and to nobody on the way', async () => {
    const envelope = await sealEnvelope(hello, { crypto, random, to: bob, sender: alice })
    expect(envelope.length).toBe(hello.length + ENVELOPE_OVERHEAD_BYTES + 96)
    expect(await bob.open(envelope)).toEqual({ ok: true, bytes: hello, sender: alice.key })
    expect(Buffer.from(envelope).includes(Buffer.from(alice.key))).toBe(false)
  })

  test('a receiver cannot pass on what was signed for it as if it was signed for somebody else', async () => {
    // What Carol finds inside, she puts into an envelope to Bob.
    let content = new Uint8Array(0)
    const spy: CryptoEngine = {
      ...crypto,
      sealGcm(key, nonce, bytes, aad) {
        content = new Uint8Array(bytes)
        return crypto.sealGcm(key, nonce, bytes, aad)
      },
    }
    await sealEnvelope(hello, { crypto: spy, random, to: carol, sender: alice })
    expect(await bob.open(await around(content))).toEqual({
      ok: false,
      code: 'ENVELOPE_SIGNATURE',
    })
  })

  test('one that names a sender who did not sign is refused', async () => {
    const forged = concatBytes(Uint8Array.of(1), alice.key, new Uint8Array(64), hello)
    expect(await bob.open(await around(forged))).toEqual({ ok: false, code: 'ENVELOPE_SIGNATURE' })
  })

  test('content of no known form is refused', async () => {
    for (const content of [
      new Uint8Array(0),
      Uint8Array.of(2, 1, 2),
      Uint8Array.of(1),
      concatBytes(Uint8Array.of(1), new Uint8Array(95)),
    ]) {
      const { code } = (await bob.open(await around(content))) as { code: string }
      expect(code).toBe('ENVELOPE_MALFORMED')
    }
  })

  test('one that is too large, too short or of another version has a code', async () => {
    const envelope = await sealEnvelope(hello, { crypto, random, to: bob })
    const code = async (bytes: Uint8Array, maxBytes = MAX_ENVELOPE_BYTES) => {
      const found = await bob.open(bytes, { maxBytes })
      return found.ok ? 'ok' : found.code
    }
    expect(await code(envelope, envelope.length)).toBe('ok')
    expect(await code(envelope, envelope.length - 1)).toBe('ENVELOPE_TOO_LARGE')
    expect(await code(envelope.subarray(0, ENVELOPE_OVERHEAD_BYTES - 1))).toBe('ENVELOPE_MALFORMED')
    expect(await code(Uint8Array.of(2, ...envelope.subarray(1)))).toBe('ENVELOPE_VERSION')
    expect(await code(new Uint8Array(MAX_ENVELOPE_BYTES + 1))).toBe('ENVELOPE_TOO_LARGE')
    await expect(bob.open(envelope, { maxBytes: 0 })).rejects.toThrow(RangeError)
  })

  test('mutated envelopes never throw and never open', async () => {
    const envelope = await sealEnvelope(hello, { crypto, random, to: bob, sender: alice })
    await fc.assert(
      fc.asyncProperty(
        fc.nat(envelope.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.nat(envelope.length),
        async (at, flip, length) => {
          const changed = envelope.slice()
          changed[at] = (changed[at] as number) ^ flip
          expect((await bob.open(changed)).ok).toBe(false)
          expect((await bob.open(changed.subarray(0, length))).ok).toBe(false)
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('a key that nobody can hold is not sealed to', async () => {
    const to = { receivingKey: new Uint8Array(32) }
    await expect(sealEnvelope(hello, { crypto, random, to })).rejects.toThrow(RangeError)
  })
})
