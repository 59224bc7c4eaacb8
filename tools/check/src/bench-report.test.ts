import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import {
  mergeReports,
  reportPage,
  resultRows,
  tableRows,
} from '../../../scripts/lib/bench-report.mjs'

const OUTPUT = `
something before
metric        | ours | peer        | ratio | goal
a link opens  | 3 ms | 4 ms (raw)  | 0.75 x | <= 5 met
... p99       | 9 ms | -           | -      | <= 8 MISSED
after 3 s | done
`

test('rows of tables are read from what a suite prints', () => {
  expect(tableRows(OUTPUT)).toEqual([
    { metric: 'a link opens', ours: '3 ms', peer: '4 ms (raw)', ratio: '0.75 x', goal: '<= 5 met' },
    { metric: '... p99', ours: '9 ms', peer: '-', ratio: '-', goal: '<= 8 MISSED' },
  ])
})

test('a suite that was ended, or broke, has no result', () => {
  const met = OUTPUT.replace('MISSED', 'met')
  expect(resultRows(met, 0)).toHaveLength(2)
  expect(resultRows(OUTPUT, 1)).toHaveLength(2)
  expect(resultRows(met, 1)).toEqual([])
  expect(resultRows(OUTPUT, 143)).toEqual([])
})

test('a suite that breaks ends otherwise than one that missed a goal', () => {
  const guard = new URL('../../../scripts/lib/end-broken.mjs', import.meta.url).href
  const codeOf = (program: string) => {
    const args = [
      '--import',
      guard,
      '--input-type=module',
      '-e',
      `process.exitCode = 1\n${program}`,
    ]
    return spawnSync(process.execPath, args).status
  }
  expect(codeOf('')).toBe(1)
  const broken = [codeOf('throw new Error()'), codeOf('Promise.reject(new Error())')]
  expect(broken).toEqual([70, 70])
  expect(resultRows(OUTPUT, 70)).toEqual([])
})

test('the report says how many goals are met, which are not, and which suites have no result', () => {
  const page = reportPage('2 × something', [
    { suite: 'link', seconds: 7, code: 1, rows: tableRows(OUTPUT) },
    { suite: 'dht', options: '--seeds 1', seconds: 1, code: 1, rows: [] },
  ])
  expect(page).toContain('2 × something')
  expect(page).toContain('1 of 2 goals met.')
  expect(page).toContain('Without a result: dht.')
  expect(page).toContain('## dht --seeds 1\n')
  expect(page.indexOf('| a link opens: p99 | 9 ms |')).toBeLessThan(page.indexOf('## link'))
})

test('a published report keeps suites that did not run now, unless the machine is another', () => {
  const result = (suite: string, seconds: number) => ({ suite, seconds, code: 0, rows: [] })
  const before = { machine: 'm', date: '2026-01-01', results: [result('b', 1), result('a', 1)] }
  const now = { machine: 'm', date: '2026-01-02', results: [result('b', 2), result('c', 2)] }
  expect(mergeReports(before, now)).toEqual({
    ...now,
    results: [result('a', 1), result('b', 2), result('c', 2)],
  })
  expect(mergeReports(before, { ...now, machine: 'n' }).results).toEqual(now.results)
  expect(mergeReports(undefined, now)).toEqual(now)
})
