import { mkdir, open } from 'node:fs/promises'
import { dirname, relative, resolve, sep } from 'node:path'
import { levelError } from './level-error.ts'

/** Nobody else may read what a peer keeps. */
const MODE = 0o700

/**
 * Makes a directory that is not there, with those above it, so that their names survive power.
 * @throws StoreError if that is not possible
 */
export async function makeDirectory(directory: string): Promise<void> {
  try {
    const first = await mkdir(directory, { recursive: true, mode: MODE })
    if (first === undefined) return
    const above = dirname(resolve(first))
    const made = relative(above, resolve(directory)).split(sep)
    for (let depth = 0; depth < made.length; depth++) {
      await syncDirectory(resolve(above, ...made.slice(0, depth)))
    }
  } catch (cause) {
    throw levelError('make', directory, cause)
  }
}

/** Where directories cannot be opened, as on Windows, the system keeps their names. */
async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, 'r')
    await directory.sync().finally(() => directory.close())
  } catch {
    return
  }
}
