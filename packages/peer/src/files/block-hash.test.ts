import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { BlockHash, systemDigest } from './block-hash.ts'

const BLOCK = 64 * 1024

afterEach(() => vi.unstubAllGlobals())

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

function expected(bytes: Uint8Array): Uint8Array {
  const blocks: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += BLOCK) blocks.push(bytes.subarray(at, at + BLOCK))
  return new Uint8Array(sha256(Buffer.concat(blocks.map(sha256))))
}

const bytesOf = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 7919) >> 3)

test('is of the bytes, however they come, also before all came', async () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 3 * BLOCK }), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(lengths, async (parts) => {
      const bytes = bytesOf(parts.reduce((sum, length) => sum + length, 0))
      const hash = new BlockHash(systemDigest, () => {})
      let at = 0
      for (const length of parts) {
        hash.update(bytes.subarray(at, at + length))
        at += length
        expect(await hash.digest()).toEqual(expected(bytes.subarray(0, at)))
      }
      expect(await hash.digest()).toEqual(expected(bytes))
    }),
    { numRuns: 50 },
  )
})

test('is the same in a page that is not secure', async () => {
  vi.stubGlobal('crypto', {})
  const hash = new BlockHash(systemDigest, () => {})
  hash.update(bytesOf(100_000))
  expect(await hash.digest()).toEqual(expected(bytesOf(100_000)))
})

test('says when it is behind, and when it no longer is', async () => {
  const waiting: (() => void)[] = []
  const caughtUp = vi.fn()
  const slowly = async (bytes: Uint8Array) => {
    const result = sha256(bytes)
    await new Promise<void>((resolve) => waiting.push(resolve))
    return result
  }
  const hash = new BlockHash(slowly, caughtUp)
  hash.update(bytesOf(8 * BLOCK - 1))
  expect(hash.isBehind).toBe(false)
  hash.update(Uint8Array.of(1))
  expect(hash.isBehind).toBe(true)
  waiting[1]?.() // The second alone is of no use.
  await new Promise((resolve) => setImmediate(resolve))
  expect([hash.isBehind, caughtUp.mock.calls.length]).toEqual([true, 0])
  waiting[0]?.()
  await new Promise((resolve) => setImmediate(resolve))
  expect([hash.isBehind, caughtUp.mock.calls.length]).toEqual([false, 1])
})
