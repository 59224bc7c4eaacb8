import { utf8ToBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { MAX_CARD_BODY_BYTES, MAX_CARD_BYTES, MAX_CARD_VALID_MS, signCard } from './card.ts'
import { CardVerifier, type CardVerifierOptions } from './card-verifier.ts'
import { webCrypto } from './fixtures/engines.ts'
import { NOW, someone } from './fixtures/people.ts'
import type { Identity } from './identity.ts'
import { systemCrypto } from './system-node.ts'

const { verify } = systemCrypto
const content = { kind: 'test/1', time: NOW, validMs: 90_000, body: utf8ToBytes('free: 3') }
const expected = { kind: 'test/1', now: NOW }

let alice: Identity
let card: Uint8Array

beforeAll(async () => {
  alice = await someone(1)
  card = await signCard(alice, content)
})

const verifier = (options: Partial<CardVerifierOptions> = {}): CardVerifier =>
  new CardVerifier({ verify, ...options })

const code = async (bytes: Uint8Array, options = {}, expectation = {}): Promise<string> => {
  const found = await verifier(options).check(bytes, { ...expected, ...expectation })
  return found.ok ? 'ok' : found.code
}

describe('cards', () => {
  test('what was signed is read, with the id its key proves', async () => {
    expect(await verifier().check(card, expected)).toEqual({
      ok: true,
      card: {
        kind: 'test/1',
        id: alice.id,
        key: alice.key,
        time: NOW,
        validUntil: NOW + 90_000,
        body: content.body,
      },
    })
  })

  test('a card is valid from a minute before its time until its end, not longer', async () => {
    for (const [now, result] of [
      [NOW - 60_001, 'CARD_EARLY'],
      [NOW - 60_000, 'ok'],
      [NOW + 89_999, 'ok'],
      [NOW + 90_000, 'CARD_EXPIRED'],
    ] as const) {
      expect(await code(card, {}, { now })).toBe(result)
    }
    expect(await code(card, { skewMs: 0 }, { now: NOW - 1 })).toBe('CARD_EARLY')
  })

  test('a card that claims to be valid for too long, or is of another kind, is refused', async () => {
    expect(await code(card, {}, { maxValidMs: 89_999 })).toBe('CARD_VALIDITY')
    expect(await code(card, {}, { maxValidMs: 90_000 })).toBe('ok')
    expect(await code(card, {}, { kind: 'test/2' })).toBe('CARD_KIND')
  })

  test('no bit can be changed', async () => {
    for (let bit = 0; bit < card.length * 8; bit++) {
      const changed = card.slice()
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(await code(changed)).not.toBe('ok')
    }
  })

  test('bytes that are no card, of no known version, or too many, have a code', async () => {
    expect(await code(new Uint8Array(0))).toBe('CARD_MALFORMED')
    expect(await code(card.subarray(0, -1))).toBe('CARD_MALFORMED')
    expect(await code(Uint8Array.of(...card, 0))).toBe('CARD_MALFORMED')
    expect(await code(Uint8Array.of(2, ...card.subarray(1)))).toBe('CARD_VERSION')
    expect(await code(card, { maxBytes: card.length })).toBe('ok')
    expect(await code(card, { maxBytes: card.length - 1 })).toBe('CARD_TOO_LARGE')
  })

  test('the largest card is read, a larger one is not signed', async () => {
    const body = new Uint8Array(MAX_CARD_BODY_BYTES)
    const kind = 'k'.repeat(32)
    const validMs = MAX_CARD_VALID_MS
    const large = await signCard(alice, { kind, time: NOW, validMs, body })
    expect(large.length).toBeLessThanOrEqual(MAX_CARD_BYTES)
    expect(await code(large, { maxBytes: MAX_CARD_BYTES }, { kind })).toBe('ok')
    for (const wrong of [
      { body: new Uint8Array(MAX_CARD_BODY_BYTES + 1) },
      { validMs: MAX_CARD_VALID_MS + 1 },
      { validMs: 0 },
      { kind: '' },
      { kind: 'K' },
      { kind: 'k'.repeat(33) },
      { time: -1 },
      { time: 0.5 },
    ]) {
      expect(() => signCard(alice, { ...content, ...wrong })).toThrow(RangeError)
    }
  })

  test('mutated cards never throw, and none is accepted but for the one that was signed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(card.length), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.nat(card.length + 10),
        async (changes, length) => {
          const changed = new Uint8Array(length)
          changed.set(card.subarray(0, length))
          for (const [at, value] of changes) if (at < length) changed[at] = value
          const found = await code(changed)
          if (found === 'ok') expect(changed).toEqual(card)
        },
      ),
      { numRuns: 3000 },
    )
  })

  test('the bytes of a card may be reused by whoever gave them', async () => {
    const bytes = card.slice()
    const found = await verifier().check(bytes, expected)
    bytes.fill(0)
    expect(found.ok && found.card.body).toEqual(content.body)
  })
})

describe('a signature is checked once', () => {
  test('a card that is known is not checked again, but for its time', async () => {
    const one = verifier()
    for (let count = 0; count < 5; count++) await one.check(card, expected)
    expect(one.verified).toBe(1)
    expect(await one.check(card, { ...expected, now: NOW + 90_000 })).toEqual({
      ok: false,
      code: 'CARD_EXPIRED',
    })
    expect(await one.check(card, { ...expected, kind: 'other' })).toMatchObject({
      code: 'CARD_KIND',
    })
  })

  test('with an engine that answers at once, so does the verifier', () => {
    expect(verifier().check(card, expected)).not.toBeInstanceOf(Promise)
  })

  test('a card that comes again while it is checked waits for that check', async () => {
    const one = verifier({ verify: webCrypto().verify })
    const found = await Promise.all([1, 2, 3].map(() => one.check(card, expected)))
    expect(found.map(({ ok }) => ok)).toEqual([true, true, true])
    expect(one.verified).toBe(1)
  })

  test('what is wrong is not remembered, and pushes nothing out', async () => {
    const one = verifier({ cacheLimit: 1 })
    const forged = card.slice()
    forged[card.length - 40] = (forged[card.length - 40] as number) ^ 1
    await one.check(card, expected)
    await one.check(forged, expected)
    await one.check(forged, expected)
    expect(one.verified).toBe(3)
    await one.check(card, expected)
    expect(one.verified).toBe(3)
  })

  test('the cards used last are remembered, as many as the limit says', async () => {
    const one = verifier({ cacheLimit: 2 })
    const cards = await Promise.all(
      [1, 2, 3].map((validMs) => signCard(alice, { ...content, validMs })),
    )
    const [first, second, third] = cards as [Uint8Array, Uint8Array, Uint8Array]
    for (const bytes of [first, second, first, third]) await one.check(bytes, expected)
    expect(one.verified).toBe(3)
    await one.check(first, expected)
    expect(one.verified).toBe(3)
    await one.check(second, expected)
    expect(one.verified).toBe(4)
  })

  test('beyond the limit of checks under way a card is not checked, and may come again', async () => {
    const one = verifier({ verify: webCrypto().verify, pendingLimit: 1 })
    const other = await signCard(alice, { ...content, validMs: 1 })
    const checking = one.check(card, expected)
    expect(await one.check(other, expected)).toEqual({ ok: false, code: 'CARD_UNCHECKED' })
    expect((await checking).ok).toBe(true)
    expect((await one.check(other, expected)).ok).toBe(true)
  })

  test('an engine that cannot be loaded leaves a card unchecked, not refused for good', async () => {
    let loaded = false
    const one = verifier({
      verify: async (...given) => {
        if (!loaded) throw new Error('offline')
        return verify(...given)
      },
    })
    expect(await one.check(card, expected)).toEqual({ ok: false, code: 'CARD_UNCHECKED' })
    loaded = true
    expect((await one.check(card, expected)).ok).toBe(true)
  })

  test.each([
    { cacheLimit: 0 },
    { pendingLimit: 0 },
    { maxBytes: MAX_CARD_BYTES + 1 },
    { skewMs: -1 },
  ])('an option out of bounds is refused: %o', (option) => {
    expect(() => verifier(option)).toThrow(RangeError)
  })
})
