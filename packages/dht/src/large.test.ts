import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sha256 } from '../test/network.ts'
import { getLarge, MAX_LARGE_BYTES, MAX_VALUE_BYTES, putLarge } from './index.ts'

function memory() {
  const values = new Map<string, Uint8Array>()
  const key = (hash: Uint8Array) => hash.join()
  return {
    values,
    put: async (value: Uint8Array) => {
      if (value.length > MAX_VALUE_BYTES) throw new RangeError('too large')
      const hash = sha256(value)
      values.set(key(hash), value.slice())
      return hash
    },
    get: async (hash: Uint8Array) => values.get(key(hash)),
  }
}

test.each([0, 1, 8192, 8193, 8192 * 255, 8192 * 255 + 1, MAX_LARGE_BYTES])(
  '%i bytes come back as they were',
  async (size) => {
    const { put, get } = memory()
    const bytes = new Uint8Array(size).map((_, index) => (index * 7 + (index >> 13)) % 251)
    const back = await getLarge(await putLarge(bytes, put), get)
    expect(back?.length).toBe(size)
    expect(Buffer.compare(back as Uint8Array, bytes)).toBe(0)
  },
)

test('one byte more is refused; a part that is gone is told', async () => {
  const { put, get, values } = memory()
  await expect(putLarge(new Uint8Array(MAX_LARGE_BYTES + 1), put)).rejects.toThrow('at most')
  const root = await putLarge(
    new Uint8Array(30_000).map((_, index) => index >> 8),
    put,
  )
  values.delete([...values.keys()][1] as string)
  expect(await getLarge(root, get)).toBeUndefined()
})

test('a root that lies is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 120 }), async (rubbish) => {
      const { put, get } = memory()
      const root = await put(Uint8Array.of(0x4c, 1, ...rubbish))
      try {
        const got = await getLarge(root, get)
        expect(got === undefined || got.length === 0).toBe(true)
      } catch (error) {
        expect((error as Error).name).toMatch(/WireError|RangeError/)
      }
    }),
  )
})
