import { bytesToHex } from '@noble/hashes/utils.js'
import { seededRandom } from '@pigeon/transport/testing'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ScryptCost } from './engine.ts'
import { IdentityError } from './identity-error.ts'
import {
  type ExportOptions,
  exportUserKey,
  type ImportOptions,
  importUserKey,
} from './key-export.ts'
import { MemoryKeyStore } from './key-store.ts'
import { systemCrypto } from './system-node.ts'

const crypto = systemCrypto
const random = seededRandom(3)
const secret = Uint8Array.from({ length: 64 }, (_, index) => index)
const passphrase = 'over the hills'
/** As cheap as is allowed, so that tests are quick. */
const cost: ScryptCost = { n: 2 ** 14, r: 1, p: 1 }

let store: MemoryKeyStore
let text: string

beforeAll(async () => {
  store = new MemoryKeyStore()
  await store.keep(secret)
  text = await exportIt()
})

const exportIt = (options: Partial<ExportOptions> = {}): Promise<string> =>
  exportUserKey({ crypto, random, store, passphrase, cost, ...options })

async function importIt(given: string, options: Partial<ImportOptions> = {}): Promise<string> {
  const into = options.store ?? new MemoryKeyStore()
  try {
    await importUserKey(given, { crypto, passphrase, ...options, store: into })
  } catch (error) {
    if (error instanceof IdentityError) return error.code
    throw error
  }
  return bytesToHex((await into.load()) as Uint8Array)
}

describe('an exported key', () => {
  test('is the same user elsewhere', async () => {
    expect(text).toMatch(/^pigeon-key-[0-9a-f]{248}$/)
    expect(await importIt(text)).toBe(bytesToHex(secret))
    expect(await importIt(`\n ${text} \n`)).toBe(bytesToHex(secret))
  })

  test('shows nothing of the key, and looks different each time', async () => {
    expect(text).not.toContain(bytesToHex(secret.subarray(0, 8)))
    expect(await exportIt()).not.toBe(text)
  })

  test('opens with the passphrase alone, on whatever keyboard it is typed', async () => {
    expect(await importIt(text, { passphrase: 'over the hill' })).toBe('PASSPHRASE_WRONG')
    const accented = await exportIt({ passphrase: 'caf\u00e9' })
    expect(await importIt(accented, { passphrase: 'cafe\u0301' })).toBe(bytesToHex(secret))
  })

  test('goes into an empty store, or one that has it, or one that is told to drop its own', async () => {
    const other = new MemoryKeyStore()
    await other.keep(new Uint8Array(64))
    expect(await importIt(text, { store: other })).toBe('STORE_NOT_EMPTY')
    expect(await other.load()).toEqual(new Uint8Array(64))
    expect(await importIt(text, { store: other, replace: true })).toBe(bytesToHex(secret))
    expect(await importIt(text, { store: other })).toBe(bytesToHex(secret))
  })

  test('costs 128 MiB to open if not told otherwise, and that opens', async () => {
    const { cost: _, ...given } = { crypto, random, store, passphrase, cost }
    const costly = await exportUserKey(given)
    expect(costly.slice(11, 19)).toBe('01110801')
    expect(await importIt(costly, { maxMemoryBytes: 2 ** 27 - 1 })).toBe('EXPORT_TOO_COSTLY')
    expect(await importIt(costly, { maxMemoryBytes: 2 ** 27 })).toBe(bytesToHex(secret))
  })
})

describe('a text that somebody else made', () => {
  const withCost = (bytes: string): string => `pigeon-key-01${bytes}${text.slice(19)}`

  test.each([
    ['2 GiB', '150801'],
    ['4 TiB and 16 rounds', '182010'],
    ['many rounds', '110810'],
  ])('that asks for %s is refused before anything is spent', async (_what, bytes) => {
    const spent: unknown[] = []
    const spy = { ...crypto, scrypt: (...given: unknown[]) => spent.push(given) as never }
    expect(await importIt(withCost(bytes), { crypto: spy })).toBe('EXPORT_TOO_COSTLY')
    expect(spent).toEqual([])
  })

  test.each([
    ['no key', 'hello'],
    ['nothing', ''],
    ['the prefix alone', 'pigeon-key-'],
    ['odd hex', 'pigeon-key-0'],
    ['other letters', 'pigeon-key-zz'],
    ['too much text', `pigeon-key-${'00'.repeat(600)}`],
    ['version 2', 'pigeon-key-02'],
  ])('that is %s is refused', async (_what, given) => {
    expect(await importIt(given)).toBe('EXPORT_MALFORMED')
  })

  test('with a cost that is none is refused', async () => {
    for (const bytes of ['0d0101', '190101', '0e0001', '0e2101', '0e0100', '0e0111', 'ff0101']) {
      expect(await importIt(withCost(bytes))).toBe('EXPORT_MALFORMED')
    }
  })

  test('that was changed never opens', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 19, max: text.length - 1 }),
        fc.constantFrom(...'0123456789abcdef'),
        fc.nat(text.length),
        async (at, character, length) => {
          const changed = text.slice(0, at) + character + text.slice(at + 1)
          if (changed !== text) expect(await importIt(changed)).toBe('PASSPHRASE_WRONG')
          if (length < text.length)
            expect(await importIt(text.slice(0, length))).toBe('EXPORT_MALFORMED')
        },
      ),
      { numRuns: 40 },
    )
  })
})

test('what makes no sense is refused', async () => {
  const empty = new MemoryKeyStore()
  await expect(exportIt({ store: empty })).rejects.toThrow('the store is empty')
  await expect(exportIt({ passphrase: '' })).rejects.toThrow(RangeError)
  await expect(importIt(text, { passphrase: '' })).rejects.toThrow(RangeError)
  for (const wrong of [
    { n: 2 ** 13 },
    { n: 2 ** 25 },
    { n: 20_000 },
    { r: 0 },
    { r: 33 },
    { p: 0 },
    { p: 17 },
  ]) {
    await expect(exportIt({ cost: { ...cost, ...wrong } })).rejects.toThrow(RangeError)
  }
})
