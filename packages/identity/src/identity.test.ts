import { utf8ToBytes } from '@noble/hashes/utils.js'
import { ManualClock, seededRandom } from '@pigeon/transport/testing'
import { isPeerId } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { sealEnvelope } from './envelope.ts'
import { nobleCrypto, webCrypto } from './fixtures/engines.ts'
import { NOW, someone } from './fixtures/people.ts'
import { CARD_VALID_MS, Identity } from './identity.ts'
import { peerIdFromKey } from './key-id.ts'
import { MemoryKeyStore } from './key-store.ts'
import type { Keys } from './keys.ts'
import { systemCrypto } from './system-node.ts'

describe('an identity', () => {
  test('has the id that its key proves, and signs with that key', async () => {
    const alice = await someone(1)
    expect(isPeerId(alice.id)).toBe(true)
    expect(alice.id).toBe(peerIdFromKey(alice.key))
    const bytes = utf8ToBytes('pigeon/test/1')
    expect(await systemCrypto.verify(bytes, await alice.sign(bytes), alice.key)).toBe(true)
    expect(alice.user).toBeUndefined()
  })

  test('is the same by every engine', async () => {
    const cards = await Promise.all(
      [systemCrypto, webCrypto(), nobleCrypto].map(async (crypto) => {
        const clock = new ManualClock(NOW)
        const persistent = new MemoryKeyStore()
        const random = seededRandom(1)
        return (await Identity.create({ crypto, random, clock, persistent })).card()
      }),
    )
    expect(cards[1]).toEqual(cards[0])
    expect(cards[2]).toEqual(cards[0])
  })

  test('is fresh each time, for one user who stays the same', async () => {
    const persistent = new MemoryKeyStore()
    const tabs = await Promise.all([1, 2, 3].map((seed) => someone(seed, { persistent })))
    expect(new Set(tabs.map(({ id }) => id)).size).toBe(3)
    expect(new Set(tabs.map(({ user }) => user?.id)).size).toBe(1)
  })

  test('opens what was sealed to it; its user what was sealed to the user', async () => {
    const alice = await someone(1, { persistent: new MemoryKeyStore() })
    const user = alice.user as Keys
    const options = { crypto: systemCrypto, random: seededRandom(5) }
    const bytes = utf8ToBytes('hello')
    const toAlice = await sealEnvelope(bytes, { ...options, to: alice })
    const toUser = await sealEnvelope(bytes, { ...options, to: user })
    expect((await alice.open(toAlice)).ok).toBe(true)
    expect((await alice.open(toUser)).ok).toBe(false)
    expect((await user.open(toUser)).ok).toBe(true)
  })

  test('tells that its store failed', async () => {
    const broken = new MemoryKeyStore()
    broken.load = () => Promise.reject(new Error('no disk'))
    await expect(someone(1, { persistent: broken })).rejects.toThrow('no disk')
  })

  test('refuses a validity out of bounds', async () => {
    const options = { crypto: systemCrypto, random: seededRandom(1), clock: new ManualClock(NOW) }
    for (const cardValidMs of [0, 999, 30 * CARD_VALID_MS + 1, Number.NaN]) {
      await expect(Identity.create({ ...options, cardValidMs })).rejects.toThrow(RangeError)
    }
  })

  test('makes a new card if signing one failed', async () => {
    let working = false
    const crypto = {
      ...systemCrypto,
      signingKey: async (seed: Uint8Array) => {
        const key = await systemCrypto.signingKey(seed)
        const sign = async (bytes: Uint8Array) => {
          if (!working) throw new Error('not now')
          return key.sign(bytes)
        }
        return { ...key, sign }
      },
    }
    const clock = new ManualClock(NOW)
    const alice = await Identity.create({ crypto, random: seededRandom(1), clock })
    await expect(alice.card()).rejects.toThrow('not now')
    working = true
    expect((await alice.card()).length).toBeGreaterThan(100)
  })
})
