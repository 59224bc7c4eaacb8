import { utf8ToBytes } from '@noble/hashes/utils.js'
import { seededRandom } from '@pigeon/transport/testing'
import { peerIdFromName } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { type SessionContext, SessionKey } from './session-key.ts'
import { generateShareSecret, parseShareSecret, SHARE_SECRET_BITS } from './share-secret.ts'

const random = seededRandom(1)
const alice = peerIdFromName('alice')
const bob = peerIdFromName('bob')
const secret = parseShareSecret('00112233445566778899aabbccddeeff')
const context = { network: 'net', linkId: '0a', self: alice, remote: bob }

const keyOf = (options: Partial<SessionContext> = {}, from = secret): SessionKey =>
  new SessionKey(from, { ...context, ...options }, random)

describe('a session key', () => {
  test('opens at the other end what was sealed at this one', async () => {
    const offer = utf8ToBytes('offer')
    const sealed = await keyOf().seal(offer)
    expect(await keyOf({ self: bob, remote: alice }).open(sealed)).toEqual(offer)
  })

  test('does not open what comes back', async () => {
    const key = keyOf()
    expect(await key.open(await key.seal(utf8ToBytes('offer')))).toBeUndefined()
  })

  test('is another one for another secret, network, link or end', async () => {
    const sealed = await keyOf().seal(utf8ToBytes('offer'))
    const other = { self: bob, remote: alice }
    const carol = peerIdFromName('carol')
    for (const key of [
      keyOf({ ...other, network: 'net2' }),
      keyOf({ ...other, linkId: '0b' }),
      keyOf({ ...other, self: carol }),
      keyOf({ ...other, remote: carol }),
      keyOf(other, parseShareSecret('ff'.repeat(16))),
    ]) {
      expect(await key.open(sealed)).toBeUndefined()
      expect(key.binding).not.toEqual(keyOf().binding)
    }
  })

  test('binds both ends to the same 32 bytes, which are not the key that seals', () => {
    const { binding } = keyOf()
    expect(binding.length).toBe(32)
    expect(keyOf({ self: bob, remote: alice }).binding).toEqual(binding)
    binding.fill(0)
    expect(keyOf().binding).not.toEqual(binding)
  })
})

describe('a share secret', () => {
  test('has 128 random bits and is read back', () => {
    const text = generateShareSecret(random)
    expect(text).toMatch(/^[0-9a-f]{32}$/)
    expect(parseShareSecret(text).length * 8).toBe(SHARE_SECRET_BITS)
    expect(generateShareSecret(random)).not.toBe(text)
    expect(parseShareSecret(text.toUpperCase())).toEqual(parseShareSecret(text))
  })

  test('of less than 128 bits, or that people chose, is refused without showing it', () => {
    for (const text of [
      '',
      'hunter2',
      'ab'.repeat(15),
      'a'.repeat(33),
      'ab'.repeat(65),
      'xy'.repeat(16),
    ]) {
      expect(() => parseShareSecret(text)).toThrow(RangeError)
      if (text !== '') expect(() => parseShareSecret(text)).not.toThrow(text)
    }
    expect(parseShareSecret('ab'.repeat(64)).length).toBe(64)
  })
})
