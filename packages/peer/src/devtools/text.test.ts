import { expect, test } from 'vitest'
import { bytesText, detailText } from './text.ts'

test('bytes come with a unit that keeps them short', () => {
  expect([0, 999, 1234, 5_000_000, 2e15].map(bytesText)).toEqual([
    '0 B',
    '999 B',
    '1.2 kB',
    '5.0 MB',
    '2000.0 TB',
  ])
})

test('details are one line, with short ids and round numbers', () => {
  const peerId = 'abcdef0123456789abcdef0123456789abcdef01'
  expect(detailText({ peerId, connectMs: 12.345, reason: undefined })).toBe(
    'peerId:abcdef01, connectMs:12.3',
  )
  expect(detailText({})).toBe('')
})
