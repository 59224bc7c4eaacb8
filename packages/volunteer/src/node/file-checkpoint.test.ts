import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileCheckpoint } from './index.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pigeon-checkpoint-'))
})
afterEach(() => rm(directory, { recursive: true }))

test('results are there again, but not those of another job, nor half of one', async () => {
  const path = join(directory, 'results')
  const first = await fileCheckpoint(path, 'one')
  await Promise.all([first.put(0, Uint8Array.of(1)), first.put(7, new Uint8Array(1000))])
  await first.close()
  await appendFile(path, 'one 8 AAAA')
  const second = await fileCheckpoint(path, 'one')
  expect(second.known).toBe(2)
  expect(await second.get(7)).toEqual(new Uint8Array(1000))
  expect(await second.get(8)).toBeUndefined()
  await second.put(9, Uint8Array.of(2))
  await second.close()
  const third = await fileCheckpoint(path, 'one')
  expect([third.known, await third.get(9)]).toEqual([3, Uint8Array.of(2)])
  await third.close()
  const other = await fileCheckpoint(path, 'two')
  expect(other.known).toBe(0)
  await other.close()
})

test('where nothing can be written, it says so', async () => {
  await expect(fileCheckpoint(directory, 'one')).rejects.toThrow('EISDIR')
})
