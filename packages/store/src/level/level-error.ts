import { StoreError, type StoreErrorCode } from '../store-error.ts'

/** What the system says when there is no room; LevelDB passes on its words only. */
const NO_ROOM = /No space left|Disk quota exceeded|File too large|not enough space|ENOSPC|EDQUOT/i

/**
 * What an error of LevelDB or of the file system means.
 * @param what was tried, such as `read`
 */
export function levelError(what: string, directory: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const cause = reason(error as LevelFailure)
  const [code, advice] = kind(cause)
  return new StoreError(code, `cannot ${what} ${directory}: ${advice ?? cause.message}`, { cause })
}

interface LevelFailure extends Error {
  readonly code?: string
}

/** LevelDB wraps why it does not open. */
function reason(error: LevelFailure): LevelFailure {
  return error.cause instanceof Error ? error.cause : error
}

function kind({ code, message }: LevelFailure): [StoreErrorCode, string?] {
  if (code === 'LEVEL_LOCKED') {
    return ['LOCKED', 'it is open already, in this process or another; one at a time may']
  }
  if (code === 'LEVEL_CORRUPTION') {
    return ['CORRUPT', `files are damaged (${message}); restore a backup, or begin in a fresh one`]
  }
  if (NO_ROOM.test(message)) return ['QUOTA', `no room is left (${message}); delete something`]
  return ['FAILED']
}
