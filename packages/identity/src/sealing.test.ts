import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { seededRandom } from '@pigeon/transport/testing'
import { describe, expect, test } from 'vitest'
import { fixedRandom } from './fixtures/fixed-random.ts'
import { SEALED_OVERHEAD_BYTES } from './limits.ts'
import { openWithKey, sealWithKey } from './sealing.ts'

const key = new Uint8Array(32).fill(3)
const random = seededRandom(1)

describe('sealing with a shared key', () => {
  test('gives the vector of draft-irtf-cfrg-xchacha, A.3.1', async () => {
    const key = Uint8Array.from({ length: 32 }, (_, index) => 0x80 + index)
    const nonce = Uint8Array.from({ length: 24 }, (_, index) => 0x40 + index)
    const aad = hexToBytes('50515253c0c1c2c3c4c5c6c7')
    const text =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it."
    const sealed = await sealWithKey(utf8ToBytes(text), { key, random: fixedRandom(nonce), aad })
    expect(bytesToHex(sealed)).toBe(
      `${bytesToHex(nonce)}bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49`,
    )
    expect(await openWithKey(sealed, { key, aad })).toEqual(utf8ToBytes(text))
  })

  test('one message sealed twice looks different', async () => {
    const bytes = utf8ToBytes('again')
    const [first, second] = [
      await sealWithKey(bytes, { key, random }),
      await sealWithKey(bytes, { key, random }),
    ]
    expect(bytesToHex(first)).not.toBe(bytesToHex(second))
    expect(first.length).toBe(bytes.length + SEALED_OVERHEAD_BYTES)
  })

  test('opens nothing that was changed, cut, or sealed with another key or for something else', async () => {
    const aad = utf8ToBytes('for this')
    const sealed = await sealWithKey(utf8ToBytes('hello'), { key, random, aad })
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.slice()
      changed[at] = (changed[at] as number) ^ 0x10
      expect(await openWithKey(changed, { key, aad })).toBeUndefined()
      expect(await openWithKey(sealed.subarray(0, at), { key, aad })).toBeUndefined()
    }
    expect(await openWithKey(sealed, { key })).toBeUndefined()
    expect(await openWithKey(sealed, { key: new Uint8Array(32), aad })).toBeUndefined()
  })

  test('a key of another length is refused without showing it', async () => {
    const short = new Uint8Array(16).fill(0xaa)
    await expect(sealWithKey(short, { key: short, random })).rejects.toThrow(
      'a sealing key has 32 bytes, got 16',
    )
    await expect(openWithKey(short, { key: short })).rejects.toThrow(RangeError)
  })
})
