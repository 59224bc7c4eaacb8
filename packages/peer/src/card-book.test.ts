import { CardVerifier, Identity } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import { ManualClock, seededRandom } from '@pigeon/transport/testing'
import type { PeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { CardBook, type CardBookOptions } from './card-book.ts'

const NOW = 1_750_000_000_000
const DAY = 24 * 60 * 60 * 1000

/** Books that ask each other, if a test does not say what else comes back. */
async function books(
  count: number,
  options: Partial<CardBookOptions> = {},
  answer?: (to: PeerId) => Uint8Array | undefined,
) {
  const clock = new ManualClock(NOW)
  const handlers = new Map<PeerId, () => Uint8Array>()
  let asked = 0
  const open = async (seed: number) => {
    const random = seededRandom(seed)
    const identity = await Identity.create({ crypto: systemCrypto, random, clock })
    const verifier = new CardVerifier({ verify: systemCrypto.verify })
    const router: CardBookOptions['router'] = {
      self: identity.id,
      serve: (_service, handler) => void handlers.set(identity.id, handler as () => Uint8Array),
      send: (to, _service, _payload, done) => {
        asked++
        const reply = answer === undefined ? handlers.get(to)?.() : answer(to)
        clock.after(10, () =>
          done(reply ? { ok: true, hops: 1, reply } : { ok: false, code: 'NO_ROUTE' }),
        )
        return 'sent'
      },
    }
    const never = () => false
    const rest = { isAlone: never, believes: never, ...options }
    return { identity, book: new CardBook({ router, clock, verifier, identity, ...rest }) }
  }
  const all = await Promise.all(Array.from({ length: count }, (_, index) => open(index + 1)))
  const settle = async (ms = 100) => {
    for (let passed = 0; passed < ms; passed += 10) {
      await new Promise((resolve) => setImmediate(resolve))
      clock.advance(10)
    }
  }
  await settle()
  return { clock, settle, all, asked: () => asked }
}

type Peer = Awaited<ReturnType<typeof books>>['all'][number]

test('a card is asked for once, by however many want it, until its time is over', async () => {
  const { clock, settle, all, asked } = await books(2)
  const [a, b] = all as [Peer, Peer]
  const wanted = [a.book.get(b.identity.id), a.book.get(b.identity.id)]
  await settle()
  for (const card of await Promise.all(wanted)) expect(card?.key).toEqual(b.identity.key)
  await a.book.get(b.identity.id)
  expect(asked()).toBe(1)
  clock.advance(DAY)
  const renewed = a.book.get(b.identity.id)
  await settle(5000)
  expect((await renewed)?.validUntil).toBeGreaterThan(clock.now())
  expect(asked()).toBeGreaterThan(1)
})

test('its own card it has without asking', async () => {
  const { all, asked } = await books(1)
  const [a] = all as [Peer]
  expect((await a.book.get(a.identity.id))?.id).toBe(a.identity.id)
  expect(asked()).toBe(0)
})

test('a card of somebody else, or none, is asked for three times and not believed', async () => {
  const clock = new ManualClock(NOW)
  const random = seededRandom(77)
  const mallory = await Identity.create({ crypto: systemCrypto, random, clock })
  const forged = await mallory.card()
  for (const reply of [forged, Uint8Array.of(1, 2, 3), undefined]) {
    const { settle, all, asked } = await books(2, {}, () => reply)
    const [a, b] = all as [Peer, Peer]
    const card = a.book.get(b.identity.id)
    await settle(3000)
    expect([await card, asked()]).toEqual([undefined, 3])
  }
  const believes = (_id: PeerId, key: Uint8Array) => key.join() === mallory.key.join()
  const { settle, all } = await books(2, { believes }, () => forged)
  const [a, b] = all as [Peer, Peer]
  const card = a.book.get(b.identity.id)
  await settle()
  expect((await card)?.key).toEqual(mallory.key)
})

test('with nobody to ask it gives up at once, and when it is closed', async () => {
  const alone = await books(2, { isAlone: () => true }, () => undefined)
  const [a, b] = alone.all as [Peer, Peer]
  const card = a.book.get(b.identity.id)
  await alone.settle()
  expect([await card, alone.asked()]).toEqual([undefined, 1])
  const { settle, all } = await books(2, {}, () => undefined)
  const [c, d] = all as [Peer, Peer]
  const never = c.book.get(d.identity.id)
  await settle()
  c.book.close()
  expect(await never).toBeUndefined()
})

test('at most 256 are asked for at once, and `limit` remembered', async () => {
  const { settle, all, asked } = await books(4, { limit: 2 })
  const [a, ...others] = all as [Peer, ...Peer[]]
  for (const { identity } of others) {
    const card = a.book.get(identity.id)
    await settle()
    await card
  }
  expect(asked()).toBe(3)
  const first = a.book.get(others[0]?.identity.id as PeerId)
  await settle()
  await first
  expect(asked()).toBe(4)
  const flood = Array.from({ length: 300 }, (_, n) =>
    a.book.get(n.toString(16).padStart(40, '0') as PeerId),
  )
  expect(asked()).toBe(4 + 256)
  await settle(5000)
  expect(await Promise.all(flood)).toEqual(Array(300).fill(undefined))
})
