import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../../../scripts/lib/root.mjs'
import type { Package } from '../repository/publishable.ts'
import { publishingProblems, RELEASE_WORKFLOW } from './publishing.ts'

const workflow = readFileSync(join(root, RELEASE_WORKFLOW), 'utf8')
const url = 'git+https://github.com/pigeon-p2p/pigeon.git'
const published = (repository?: { url: string; directory: string }): Package => ({
  path: 'packages/xor',
  manifest: { name: '@pigeon/xor', version: '1.0.0', ...(repository && { repository }) },
})

test('the workflow asks for provenance, and packages say where they come from', () => {
  const one = published({ url, directory: 'packages/xor' })
  expect(publishingProblems(workflow, [one])).toEqual([])
})

test.each(['permissions: {}', 'id-token: write', 'NPM_CONFIG_PROVENANCE: "true"'])(
  'a workflow without %s is refused',
  (line) => {
    const [problem, ...others] = publishingProblems(workflow.replace(line, ''), [])
    expect(problem).toContain(`it lacks ${line}`)
    expect(others).toEqual([])
  },
)

test('a line that is commented out does not count', () => {
  const commented = workflow.replace('id-token: write', '# id-token: write')
  expect(publishingProblems(commented, [])).toHaveLength(1)
})

test.each([
  ['nothing', undefined],
  ['another directory', { url, directory: 'packages/mesh' }],
  ['another repository', { url: 'git+https://example.org/x.git', directory: 'packages/xor' }],
])('a package that names %s is refused', (_, repository) => {
  expect(publishingProblems(workflow, [published(repository)])).toEqual([
    `packages/xor/package.json: repository is not packages/xor in ${url}`,
  ])
})
