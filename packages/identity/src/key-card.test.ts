import { concatBytes } from '@noble/hashes/utils.js'
import { ManualClock } from '@pigeon/transport/testing'
import { describe, expect, test } from 'vitest'
import { signCard } from './card.ts'
import { CardVerifier } from './card-verifier.ts'
import { checkCertificate, MAX_CERTIFICATE_VALID_MS, signCertificate } from './certificate.ts'
import { NOW, someone } from './fixtures/people.ts'
import { CARD_VALID_MS } from './identity.ts'
import { checkKeyCard, KEY_CARD_KIND, signKeyCard } from './key-card.ts'
import { MemoryKeyStore } from './key-store.ts'
import type { Keys } from './keys.ts'
import { systemCrypto } from './system-node.ts'

const verifier = (): CardVerifier => new CardVerifier({ verify: systemCrypto.verify })

const check = async (bytes: Uint8Array, now = NOW) => checkKeyCard(verifier(), bytes, now)

const time = NOW
const validMs = 60_000

describe('key cards', () => {
  test('show keys and id, and no user if there is none', async () => {
    const alice = await someone(1)
    expect(await check(await alice.card())).toEqual({
      ok: true,
      card: {
        id: alice.id,
        key: alice.key,
        receivingKey: alice.receivingKey,
        user: undefined,
        validUntil: NOW + CARD_VALID_MS,
      },
    })
  })

  test('show the user who vouches for an instance', async () => {
    const alice = await someone(1, { persistent: new MemoryKeyStore() })
    const { id, key, receivingKey } = alice.user as Keys
    const found = await check(await alice.card())
    expect(found.ok && found.card.user).toEqual({ id, key, receivingKey })
    expect(id).not.toBe(alice.id)
  })

  test('have the sizes that are stated', async () => {
    const alone = await (await someone(1)).card()
    const vouched = await (await someone(1, { persistent: new MemoryKeyStore() })).card()
    expect([alone.length, vouched.length]).toEqual([148, 336])
  })

  test('one without a key that can be sealed to is refused', async () => {
    const alice = await someone(1)
    for (const body of [
      new Uint8Array(33),
      alice.receivingKey,
      concatBytes(alice.receivingKey, Uint8Array.of(0, 0)),
      concatBytes(alice.receivingKey, Uint8Array.of(200)),
    ]) {
      const bytes = await signCard(alice, { kind: KEY_CARD_KIND, time, validMs, body })
      expect(await check(bytes)).toEqual({ ok: false, code: 'CARD_MALFORMED' })
    }
  })

  test('somebody else cannot show the certificate of an instance', async () => {
    const alice = await someone(1, { persistent: new MemoryKeyStore() })
    const mallory = await someone(2)
    const certificate = await signCertificate(alice.user as Keys, alice.key, { time, validMs })
    const bytes = await signKeyCard(mallory, { time, validMs, certificate })
    expect(await check(bytes)).toEqual({ ok: false, code: 'CARD_CERTIFICATE' })
  })

  test('a certificate that is over, is for longer than accepted, or is none, spoils the card', async () => {
    const alice = await someone(1, { persistent: new MemoryKeyStore() })
    const user = alice.user as Keys
    const withCertificate = async (certificate: Uint8Array, now = NOW) =>
      check(await signKeyCard(alice, { time, validMs, certificate }), now)
    const refused = { ok: false, code: 'CARD_CERTIFICATE' }
    const short = await signCertificate(user, alice.key, { time, validMs: 1000 })
    const found = await withCertificate(short)
    expect(found.ok && found.card.validUntil).toBe(NOW + 1000)
    expect(await withCertificate(short, NOW + 1000)).toEqual(refused)
    const long = { time, validMs: MAX_CERTIFICATE_VALID_MS + 1 }
    expect(await withCertificate(await signCertificate(user, alice.key, long))).toEqual(refused)
    expect(await withCertificate(new Uint8Array(10))).toEqual(refused)
    const noKey = await signCertificate(user, new Uint8Array(32), { time, validMs })
    expect(await withCertificate(noKey)).toEqual(refused)
    const shorter = await signCard(user, {
      kind: 'certificate',
      time,
      validMs,
      body: alice.key,
    })
    expect(await withCertificate(shorter)).toEqual(refused)
  })

  test('a certificate tells who vouches for whom', async () => {
    const alice = await someone(1, { persistent: new MemoryKeyStore() })
    const user = alice.user as Keys
    const bytes = await signCertificate(user, alice.key, { time, validMs })
    expect(await checkCertificate(verifier(), bytes, NOW)).toEqual({
      user: { id: user.id, key: user.key, receivingKey: user.receivingKey },
      instance: alice.key,
      validUntil: NOW + validMs,
    })
    expect(await checkCertificate(verifier(), bytes, NOW + validMs)).toBeUndefined()
  })
})

describe('an identity renews its card', () => {
  test('it is the same until half of its time is over, and then good for as long again', async () => {
    const clock = new ManualClock(NOW)
    const alice = await someone(1, { clock, persistent: new MemoryKeyStore() })
    const first = await alice.card()
    clock.advance(CARD_VALID_MS / 2 - 1)
    expect(await alice.card()).toBe(first)
    clock.advance(1)
    const second = await alice.card()
    const found = await check(second, clock.now())
    expect(found.ok && found.card.validUntil).toBe(clock.now() + CARD_VALID_MS)
    expect((await check(first, clock.now())).ok).toBe(true)
    expect(await check(first, NOW + CARD_VALID_MS)).toEqual({ ok: false, code: 'CARD_EXPIRED' })
  })
})
