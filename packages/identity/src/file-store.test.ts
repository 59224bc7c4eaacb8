import { execFile } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { bundle } from '@pigeon-tools/browser'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FileKeyStore } from './file-store.ts'
import { storeContract } from './fixtures/store-contract.ts'
import { IdentityError, type IdentityErrorCode } from './identity-error.ts'

const secret = new Uint8Array(64).fill(0xa5)
let directory: string
let path: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pigeon-'))
  path = join(directory, 'keys', 'user.key')
})

afterEach(() => rmSync(directory, { recursive: true }))

async function failure(run: () => Promise<unknown>, code: IdentityErrorCode): Promise<string> {
  const error = await run().then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(IdentityError)
  expect((error as IdentityError).code).toBe(code)
  return (error as IdentityError).message
}

describe('a store in a file', () => {
  test.each(storeContract)('$name', ({ run }) => run(() => new FileKeyStore(path)))

  test('only the owner may read it, whatever the process allows for new files', async () => {
    const before = process.umask(0)
    try {
      await new FileKeyStore(path).keep(secret)
    } finally {
      process.umask(before)
    }
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(directory, 'keys')).mode & 0o777).toBe(0o700)
  })

  test('a file that others may read is refused, and the error says what to do', async () => {
    const store = new FileKeyStore(path)
    await store.keep(secret)
    for (const mode of [0o640, 0o604, 0o620, 0o666]) {
      chmodSync(path, mode)
      const message = await failure(() => store.load(), 'KEY_FILE_EXPOSED')
      expect(message).toContain(`permissions ${mode.toString(8)}`)
      expect(message).toContain(`chmod 600 ${path}`)
      await failure(() => store.keep(secret), 'KEY_FILE_EXPOSED')
    }
    chmodSync(path, 0o600)
    expect(await store.load()).toEqual(secret)
  })

  test('a file with anything else in it is refused, and left as it is', async () => {
    const store = new FileKeyStore(path)
    mkdirSync(join(directory, 'keys'))
    for (const content of ['', 'hello', 'pigeon-user-key-1 00\n', 'x'.repeat(100_000)]) {
      writeFileSync(path, content, { mode: 0o600 })
      await failure(() => store.load(), 'KEY_FILE_INVALID')
      await failure(() => store.keep(secret), 'KEY_FILE_INVALID')
      expect(readFileSync(path, 'utf8')).toBe(content)
    }
  })

  test('a directory in its place, or a file as its directory, is an error with its cause', async () => {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    chmodSync(path, 0o700)
    await failure(() => new FileKeyStore(path).load(), 'KEY_FILE_INVALID')
    await failure(() => new FileKeyStore(path).remove(), 'KEY_STORE_FAILED')
    const file = join(directory, 'file')
    writeFileSync(file, '')
    await failure(() => new FileKeyStore(join(file, 'user.key')).keep(secret), 'KEY_STORE_FAILED')
  })

  test('nothing but the file is left behind', async () => {
    const store = new FileKeyStore(path)
    await Promise.all(Array.from({ length: 5 }, () => store.keep(secret)))
    expect(readdirSync(join(directory, 'keys'))).toEqual(['user.key'])
  })

  test('processes that start at once, and one that starts again, are one user and many peers', async () => {
    const entry = fileURLToPath(new URL('fixtures/first-start.ts', import.meta.url))
    const script = join(directory, 'first-start.mjs')
    writeFileSync(script, await bundle(entry, { platform: 'node' }))
    const start = async (): Promise<string[]> => {
      const { stdout } = await promisify(execFile)(process.execPath, [script, path])
      return stdout.split(' ')
    }
    const started = await Promise.all([start(), start(), start(), start()])
    started.push(await start())
    expect(new Set(started.map(([peer]) => peer)).size).toBe(5)
    expect(new Set(started.map(([, user]) => user)).size).toBe(1)
    expect(started[0]?.[1]).toMatch(/^[0-9a-f]{40}$/)
  }, 60_000)
})
