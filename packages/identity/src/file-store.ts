/**
 * Keeps the key of a user in a file that nobody else can read.
 * @module
 */
import { randomBytes } from 'node:crypto'
import { type FileHandle, link, mkdir, open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { IdentityError } from './identity-error.ts'
import type { KeyStore } from './key-store.ts'
import { SECRET_BYTES } from './keys.ts'
import { requireBytes } from './require-bytes.ts'

/** Permissions: the owner may read and write, nobody else anything. */
const FILE_MODE = 0o600
const DIRECTORY_MODE = 0o700
const OTHERS = 0o077

/** The file is one line; anything longer is not read. */
const MAX_FILE_BYTES = 1024
const FORM = /^pigeon-user-key-1 ([0-9a-f]{128})\n$/

/**
 * A {@link KeyStore} in a file with permissions 600. It appears whole or not at all, also if the
 * machine stops; of several processes that start at once one makes it and all read the same key.
 *
 * On Windows the permissions of the directory hold: keep it in the user's own.
 */
export class FileKeyStore implements KeyStore {
  /** Where it is. */
  readonly path: string

  /** @param path of the file; its directory is made, with permissions 700, if there is none */
  constructor(path: string) {
    this.path = path
  }

  /**
   * @throws IdentityError `KEY_FILE_EXPOSED` if others can read or write the file,
   * `KEY_FILE_INVALID` if it holds something else, `KEY_STORE_FAILED` if it cannot be read
   */
  async load(): Promise<Uint8Array | undefined> {
    const file = await this.#attempt('read', () => open(this.path, 'r'), 'ENOENT')
    if (file === undefined) return undefined
    try {
      const text = await this.#read(file)
      return new Uint8Array(Buffer.from(this.#hexOf(text), 'hex'))
    } finally {
      await file.close()
    }
  }

  /** @throws IdentityError as {@link FileKeyStore.load}, and if the file cannot be written */
  async keep(secret: Uint8Array): Promise<Uint8Array> {
    requireBytes('a secret', secret, SECRET_BYTES)
    await this.#attempt('write', () => this.#create(secret), 'EEXIST')
    const kept = await this.load()
    if (kept !== undefined) return kept
    throw new IdentityError('KEY_STORE_FAILED', `${this.path} was removed while it was made`)
  }

  /** @throws IdentityError `KEY_STORE_FAILED` if the file is there and cannot be removed */
  async remove(): Promise<void> {
    await this.#attempt('remove', () => unlink(this.path), 'ENOENT')
  }

  /** Writes beside it, then links it to its name, which fails if the name is taken. */
  async #create(secret: Uint8Array): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: DIRECTORY_MODE })
    const temporary = `${this.path}.${randomBytes(8).toString('hex')}.tmp`
    const file = await open(temporary, 'wx', FILE_MODE)
    try {
      await file.writeFile(`pigeon-user-key-1 ${Buffer.from(secret).toString('hex')}\n`)
      await file.sync()
      await file.close()
      await link(temporary, this.path)
    } finally {
      await file.close()
      await unlink(temporary)
    }
    await syncDirectory(dirname(this.path))
  }

  async #read(file: FileHandle): Promise<string> {
    const found = await file.stat()
    if (process.platform !== 'win32' && (found.mode & OTHERS) !== 0) {
      const mode = (found.mode & 0o777).toString(8)
      throw new IdentityError(
        'KEY_FILE_EXPOSED',
        `${this.path} has permissions ${mode}, so others can read or change this secret key; run: chmod 600 ${this.path}`,
      )
    }
    if (!found.isFile() || found.size > MAX_FILE_BYTES) return ''
    return file.readFile('latin1')
  }

  #hexOf(text: string): string {
    const hex = FORM.exec(text)?.[1]
    if (hex !== undefined) return hex
    throw new IdentityError('KEY_FILE_INVALID', `${this.path} holds no user key`)
  }

  /** Does it; `undefined` for the one error that is expected. */
  async #attempt<T>(what: string, run: () => Promise<T>, expected: string): Promise<T | undefined> {
    try {
      return await run()
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code
      if (code === expected) return undefined
      throw new IdentityError('KEY_STORE_FAILED', `cannot ${what} ${this.path}: ${code}`, { cause })
    }
  }
}

/** Makes the new name last; where directories cannot be opened, as on Windows, the system does. */
async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, 'r')
    await directory.sync().finally(() => directory.close())
  } catch {
    return
  }
}
