import { type FileHandle, open, readFile } from 'node:fs/promises'
import type { Checkpoint } from '../job/checkpoint.ts'

/** A {@link Checkpoint} in a file. */
export interface FileCheckpoint extends Checkpoint {
  /** Results that it held when it was opened. */
  readonly known: number
  close(): Promise<void>
}

/**
 * Keeps results in a file, one line each, so that a job can go on after this process ended.
 * @param name changes when inputs or code change: results under another name do not count
 */
export async function fileCheckpoint(path: string, name: string): Promise<FileCheckpoint> {
  const results = new Map<number, Uint8Array>()
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  for (const line of text.split('\n')) {
    const [owner, index, result] = line.split(' ')
    // The last line may be half of one.
    if (owner !== name || result === undefined || !result.endsWith('.')) continue
    results.set(Number(index), new Uint8Array(Buffer.from(result.slice(0, -1), 'base64')))
  }
  const file: FileHandle = await open(path, 'a')
  const isWhole = text === '' || text.endsWith('\n')
  if (!isWhole) await file.appendFile('\n')
  // One after the other: lines must not mix.
  let last: Promise<void> = Promise.resolve()
  return {
    known: results.size,
    get: (index) => results.get(index),
    put: (index, result) => {
      const line = `${name} ${index} ${Buffer.from(result).toString('base64')}.\n`
      last = last.then(() => file.appendFile(line))
      return last
    },
    close: () => file.close(),
  }
}
