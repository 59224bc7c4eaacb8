import { expect, test } from 'vitest'
import { idbError } from './idb-error.ts'

test.each([
  ['QuotaExceededError', 'QUOTA', /ask for more/],
  ['NotReadableError', 'CORRUPT', /cannot read/],
  ['DataError', 'CORRUPT', /cannot read/],
  ['NotFoundError', 'UNAVAILABLE', /another name/],
  ['VersionError', 'UNAVAILABLE', /another name/],
  ['SecurityError', 'UNAVAILABLE', /keep nothing/],
  ['UnknownError', 'FAILED', /cannot write the database x: UnknownError/],
])('%s is %s', (name, code, message) => {
  const cause = new DOMException('what the browser says', name)
  const error = idbError('write', 'x', cause)
  expect(error).toMatchObject({ code, message, cause })
  expect(idbError('read', 'x', error)).toBe(error)
})

test('an error without a reason has failed, too', () => {
  expect(idbError('read', 'x', null)).toMatchObject({ code: 'FAILED', message: /no reason given/ })
})
