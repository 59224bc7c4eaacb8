import { expect, test } from 'vitest'
import { changelogProblems } from './changelogs.ts'

const at = (version: string) => [
  { path: 'packages/xor', manifest: { name: '@pigeon/xor', version } },
]
const says = '# @pigeon/xor\n\n## 0.2.0\n\n- Count.\n\n## 0.1.0\n\n- Begin.\n'

test('a package tells of its version', () => {
  expect(changelogProblems(at('0.2.0'), () => says)).toEqual([])
})

test.each([
  ['no changelog', ''],
  ['a changelog of other versions', says],
])('%s is refused', (_, text) => {
  expect(changelogProblems(at('0.3.0'), () => text)).toEqual([
    'packages/xor/CHANGELOG.md: it does not tell of 0.3.0',
  ])
})

test('a package that was never released has nothing to tell', () => {
  expect(changelogProblems(at('0.0.0'), () => '')).toEqual([])
})
