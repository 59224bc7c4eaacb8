import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LevelEngine } from './level-engine.ts'

const free = vi.hoisted(() => ({ bytes: 1e12 }))
vi.mock('node:fs/promises', async (original) => ({
  ...(await original<object>()),
  statfs: async () => ({ bavail: free.bytes, bsize: 1 }),
}))

const NO_ROOM = Object.assign(new Error('IO error: 000003.log: No space left on device'), {
  code: 'LEVEL_IO_ERROR',
})
const [a, b] = [Uint8Array.of(1), Uint8Array.of(2)]
const ALL = { gte: a, lt: undefined, reverse: false }

let directory: string
let level: ClassicLevel<Uint8Array, Uint8Array>
let engine: LevelEngine

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'pigeon-store-'))
  level = new ClassicLevel(directory, { keyEncoding: 'view', valueEncoding: 'view' })
  engine = new LevelEngine(level)
  await engine.open()
  await engine.batch([{ key: a, value: a }], false)
})
afterEach(async () => {
  await engine.close()
  rmSync(directory, { recursive: true })
})

const failOneWrite = async (): Promise<void> => {
  vi.spyOn(level, 'batch').mockRejectedValueOnce(NO_ROOM)
  const failing = engine.batch([{ key: b, value: b }], false)
  await expect(failing).rejects.toMatchObject({ code: 'QUOTA', message: /delete something/ })
}

test('after a write that failed LevelDB is opened anew before the next one, once', async () => {
  const close = vi.spyOn(level, 'close')
  await failOneWrite()
  expect(close).not.toHaveBeenCalled()
  await engine.batch([{ key: b, value: a }], true)
  await engine.batch([{ key: b, value: b }], true)
  expect(close).toHaveBeenCalledTimes(1)
  expect(await engine.get(b)).toEqual(b)
})

test('reads go on after a write that failed, and while LevelDB is opened anew', async () => {
  await failOneWrite()
  expect(await engine.get(a)).toEqual(a)
  const writing = engine.batch([{ key: b, value: b }], false)
  for (let round = 0; round < 50; round++) {
    const [value, page] = await Promise.all([engine.get(a), engine.page(ALL, 10, 1000)])
    expect(value).toEqual(a)
    expect(page.entries[0]).toEqual({ key: a, value: a })
  }
  await writing
  expect((await engine.page(ALL, 10, 1000)).entries).toHaveLength(2)
})

test('as long as there is no room to open it anew, reads go on and writes say how much is needed', async () => {
  const close = vi.spyOn(level, 'close')
  await failOneWrite()
  free.bytes = 60_000
  const refused = engine.batch([{ key: b, value: b }], false)
  await expect(refused).rejects.toMatchObject({ code: 'QUOTA', message: /60000 are free/ })
  expect(await engine.get(a)).toEqual(a)
  expect(close).not.toHaveBeenCalled()
  free.bytes = 1e12
  await engine.batch([{ key: b, value: b }], false)
  expect(await engine.get(b)).toEqual(b)
})

test('if it does not open, reads and writes say so until it does', async () => {
  await failOneWrite()
  const open = vi.spyOn(level, 'open').mockRejectedValue(NO_ROOM)
  await expect(engine.batch([{ key: b, value: b }], false)).rejects.toMatchObject({ code: 'QUOTA' })
  await expect(engine.get(a)).rejects.toMatchObject({ code: 'QUOTA' })
  await expect(engine.page(ALL, 1, 1)).rejects.toMatchObject({ code: 'QUOTA' })
  open.mockRestore()
  expect(await engine.get(a)).toEqual(a)
  await engine.batch([{ key: b, value: b }], false)
  expect(await engine.get(b)).toEqual(b)
})
