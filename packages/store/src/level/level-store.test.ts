import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openLevelStore } from '../level.ts'
import { storeContract } from '../testing.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pigeon-store-'))
})
afterEach(() => {
  rmSync(directory, { recursive: true })
  vi.doUnmock('classic-level')
})

describe('a store in LevelDB', () => {
  test.each(storeContract('reopen', 'lock'))('$name', ({ run }) =>
    run({ open: (limits) => openLevelStore(join(directory, 'store'), limits) }),
  )

  test('lies in a directory that only its owner may read, made with those above it', async () => {
    const path = join(directory, 'a', 'b', 'c')
    await (await openLevelStore(path)).close()
    for (const made of ['a', 'a/b', 'a/b/c']) {
      expect(statSync(join(directory, made)).mode & 0o777).toBe(0o700)
    }
  })

  test('ranges read in pages: what is not asked for is not read', async () => {
    const store = await openLevelStore(directory)
    const value = new Uint8Array(100_000)
    for (let round = 0; round < 200; round++) await store.batch([{ put: `${round}`, value }])
    const before = process.memoryUsage().arrayBuffers
    for await (const _ of store.range()) break
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2_000_000)
    await store.close()
  })

  test('damaged files are refused, and the error says what to do', async () => {
    const store = await openLevelStore(directory)
    await store.batch([{ put: 'a', value: new Uint8Array(10) }])
    await store.close()
    const [manifest = ''] = readdirSync(directory).filter((name) => name.startsWith('MANIFEST'))
    writeFileSync(join(directory, manifest), 'no manifest')
    const opening = openLevelStore(directory)
    await expect(opening).rejects.toMatchObject({ code: 'CORRUPT', message: /restore a backup/ })
  })

  test('a place where no directory can be is refused', async () => {
    writeFileSync(join(directory, 'file'), '')
    const opening = openLevelStore(join(directory, 'file', 'store'))
    await expect(opening).rejects.toMatchObject({ code: 'FAILED', message: /ENOTDIR|EEXIST/ })
    await expect(openLevelStore('')).rejects.toThrow(RangeError)
  })

  test('without classic-level the error says what to install', async () => {
    vi.doMock('classic-level', () => {
      throw new Error('Cannot find package')
    })
    const opening = openLevelStore(directory)
    await expect(opening).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: /npm install classic-level/,
    })
  })
})
