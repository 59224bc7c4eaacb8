import { expect, test } from 'vitest'
import { levelError } from './level-error.ts'

test.each([
  ['LEVEL_LOCKED', 'IO error: lock /tmp/x/LOCK: already held by process', 'LOCKED'],
  ['LEVEL_CORRUPTION', 'Corruption: no meta-nextfile entry in descriptor', 'CORRUPT'],
  ['LEVEL_IO_ERROR', 'IO error: /tmp/x/000003.log: No space left on device', 'QUOTA'],
  ['LEVEL_IO_ERROR', 'IO error: /tmp/x/000003.log: Disk quota exceeded', 'QUOTA'],
  ['LEVEL_IO_ERROR', 'IO error: /tmp/x/000003.log: File too large', 'QUOTA'],
  ['ENOSPC', 'ENOSPC: no space left on device, mkdir', 'QUOTA'],
  ['LEVEL_IO_ERROR', 'IO error: /tmp/x/000003.log: Input/output error', 'FAILED'],
  ['LEVEL_DATABASE_NOT_OPEN', 'Database is not open', 'FAILED'],
])('%s, %s, is %s', (code, message, wanted) => {
  const cause = Object.assign(new Error(message), { code })
  const error = levelError('write', '/tmp/x', cause)
  expect(error).toMatchObject({ code: wanted, cause })
  expect(error.message).toMatch(/^cannot write \/tmp\/x: .{10}/)
  const wrapped = Object.assign(new Error('Database failed to open'), { cause })
  expect(levelError('open', '/tmp/x', wrapped)).toMatchObject({ code: wanted, cause })
  expect(levelError('open', '/tmp/x', error)).toBe(error)
})
