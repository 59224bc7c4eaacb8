import { expect, test } from 'vitest'
import { describeVersions, negotiateVersion } from './version.ts'

test('the highest version in common is taken', () => {
  expect(negotiateVersion([2, 2], [2, 2])).toBe(2)
  expect(negotiateVersion([2, 5], [1, 3])).toBe(3)
  expect(negotiateVersion([1, 3], [2, 5])).toBe(3)
  expect(negotiateVersion([1, 9], [4, 4])).toBe(4)
})

test('there may be none in common', () => {
  expect(negotiateVersion([2, 2], [3, 4])).toBeUndefined()
  expect(negotiateVersion([3, 4], [2, 2])).toBeUndefined()
})

test('ranges are told in words', () => {
  expect(describeVersions([2, 2])).toBe('2')
  expect(describeVersions([2, 4])).toBe('2 to 4')
})
