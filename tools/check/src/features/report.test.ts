import { expect, test } from 'vitest'
import { featureTests, missing, page } from './report.ts'

const report = {
  testResults: [
    {
      name: '/repo/packages/x/src/a.test.ts',
      assertionResults: [
        { title: 'S1 S5 a port', status: 'passed' },
        { title: 'S1 another', status: 'failed' },
        { title: 'S4 not run', status: 'skipped' },
        { title: 'no feature', status: 'passed' },
      ],
    },
  ],
}

test('tests are listed at their rows, and what is missing or failed is named', () => {
  const tests = featureTests('/repo', [report])
  expect(tests.get('S5')).toEqual([
    { file: 'packages/x/src/a.test.ts', title: 'S1 S5 a port', passed: true },
  ])
  const lines = missing(tests)
  expect(lines).toContain('S1 another failed (packages/x/src/a.test.ts)')
  expect(lines).toContain('S4: no test ran')
  expect(lines.some((line) => line.startsWith('S5'))).toBe(false)
  const text = page(tests)
  expect(text).toContain('## S5: ')
  expect(text).toContain('| [a port](../packages/x/src/a.test.ts) | passed |')
  expect(text).toContain('| [another](../packages/x/src/a.test.ts) | failed |')
})
