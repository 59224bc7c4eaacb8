import { StoreError } from '../store-error.ts'

/**
 * What an error of IndexedDB means.
 * @param what was tried, such as `read`
 * @param database its name
 */
export function idbError(what: string, database: string, cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause
  const { name = 'no reason given' } = (cause ?? {}) as Partial<Error>
  const place = `the database ${database}`
  switch (name) {
    case 'QuotaExceededError':
      return new StoreError(
        'QUOTA',
        `${place} is full; delete something, or ask for more with navigator.storage.persist()`,
        { cause },
      )
    case 'DataError':
    case 'NotReadableError':
      return new StoreError('CORRUPT', `${place} holds what the browser cannot read (${name})`, {
        cause,
      })
    case 'NotFoundError':
    case 'VersionError':
      return new StoreError(
        'UNAVAILABLE',
        `${place} belongs to something else; take another name`,
        {
          cause,
        },
      )
    case 'SecurityError':
      return new StoreError('UNAVAILABLE', 'the browser lets this page keep nothing', { cause })
    default:
      return new StoreError('FAILED', `cannot ${what} ${place}: ${name}`, { cause })
  }
}
