import { expect, test } from 'vitest'
import { nextVersion, type Plan, planProblems } from './plan.ts'

const plan = (asked: string, type: 'major' | 'minor', newVersion: string): Plan => ({
  changesets: [{ releases: [{ type: asked }] }],
  releases: [{ name: '@pigeon/xor', type, newVersion }],
})

test('packages are raised as far as changesets say', () => {
  expect(planProblems(plan('minor', 'minor', '0.2.0'))).toEqual([])
  expect(planProblems(plan('major', 'major', '1.0.0'))).toEqual([])
})

test('a major version that nobody asked for is refused', () => {
  expect(planProblems(plan('minor', 'major', '1.0.0'))).toEqual([
    '@pigeon/xor would be 1.0.0, and no changeset says major: look at the peers of packages',
  ])
})

test('the next version is that of the packages which are raised', () => {
  expect(nextVersion(plan('minor', 'minor', '0.2.0'))).toBe('0.2.0')
  expect(nextVersion({ changesets: [], releases: [] })).toBeUndefined()
})
