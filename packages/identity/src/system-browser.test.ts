import { beforeEach, describe, expect, test, vi } from 'vitest'

const loaded: string[] = []

const { subtle } = globalThis.crypto
const secret = new Uint8Array(32).fill(1)
const nonce = new Uint8Array(12)

async function useAll(given: SubtleCrypto | undefined): Promise<void> {
  const { browserCrypto } = await import('./system-browser.ts')
  const crypto = browserCrypto(given)
  const key = await crypto.signingKey(secret)
  const bytes = new Uint8Array(3)
  expect(await crypto.verify(bytes, await key.sign(bytes), key.publicKey)).toBe(true)
  await crypto.receivingKey(secret)
  await crypto.openGcm(secret, nonce, await crypto.sealGcm(secret, nonce, bytes, bytes), bytes)
}

/** A page that lacks a curve. */
const without = (curve: string): SubtleCrypto =>
  new Proxy(subtle, {
    get: (target, name) => {
      const method = Reflect.get(target, name) as (...given: unknown[]) => Promise<unknown>
      return async (...given: unknown[]) => {
        if (given[2] === curve) throw new DOMException('no', 'NotSupportedError')
        return method.apply(target, given)
      }
    },
  })

beforeEach(() => {
  vi.resetModules()
  loaded.length = 0
  for (const name of ['noble-curves', 'noble-gcm', 'noble-scrypt', 'noble-sealing', 'cpace']) {
    vi.doMock(`./${name}.ts`, async (original) => {
      loaded.push(name)
      return await original()
    })
  }
})

describe('JavaScript cryptography is loaded for what a page lacks, and only then', () => {
  test.each([
    ['a page that has all', subtle, []],
    ['a page without Ed25519', without('Ed25519'), ['noble-curves']],
    ['a page without X25519', without('X25519'), ['noble-curves']],
    ['a page that has nothing', undefined, ['noble-curves', 'noble-gcm']],
  ])('%s', async (_name, given, expected) => {
    await useAll(given)
    expect(loaded.sort()).toEqual(expected)
  })

  test('an identity, its card and an envelope load none of it', async () => {
    const { Identity, sealEnvelope, MemoryKeyStore } = await import('./index.ts')
    const { browserCrypto } = await import('./system-browser.ts')
    const { systemClock, systemRandom } = await import('@pigeon/transport/system')
    const crypto = browserCrypto(subtle)
    const options = { crypto, random: systemRandom, clock: systemClock }
    const identity = await Identity.create({ ...options, persistent: new MemoryKeyStore() })
    await identity.card()
    const envelope = await sealEnvelope(secret, { ...options, to: identity, sender: identity })
    expect((await identity.open(envelope)).ok).toBe(true)
    expect(loaded).toEqual([])
  })

  test('the engine of the page is made of what the page has', async () => {
    const { systemCrypto } = await import('./system-browser.ts')
    const key = await systemCrypto.signingKey(secret)
    expect(key.publicKey.length).toBe(32)
    expect(loaded).toEqual([])
  })
})
