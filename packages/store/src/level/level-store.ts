import { createStore } from '../create-store.ts'
import { type StoreLimits, storeLimits } from '../limits.ts'
import type { Store } from '../store.ts'
import { StoreError } from '../store-error.ts'
import { LevelEngine } from './level-engine.ts'
import { makeDirectory } from './make-directory.ts'

/** Options of {@link openLevelStore}. */
export interface LevelStoreOptions extends Partial<StoreLimits> {}

/**
 * Opens a store in a directory, over classic-level; makes it, with permissions 700, if there is
 * none. One process at a time, and one store in it.
 * @param directory that holds nothing else
 * @throws RangeError if the name is empty or a limit no positive whole number, StoreError `LOCKED` if somebody has it open, `CORRUPT` if its files are damaged,
 * `UNAVAILABLE` if classic-level is not installed or has no build for this system, `QUOTA` if the
 * disk is full, `FAILED` if it does not open
 */
export async function openLevelStore(
  directory: string,
  options: LevelStoreOptions = {},
): Promise<Store> {
  const limits = storeLimits(options)
  if (directory === '') throw new RangeError('the directory needs a name')
  const { ClassicLevel } = await import('classic-level').catch((cause) => {
    const message = `classic-level does not load; npm install classic-level (${cause.message})`
    throw new StoreError('UNAVAILABLE', message, { cause })
  })
  await makeDirectory(directory)
  const engine = new LevelEngine(
    new ClassicLevel(directory, { keyEncoding: 'view', valueEncoding: 'view' }),
  )
  await engine.open()
  return createStore(engine, limits)
}
