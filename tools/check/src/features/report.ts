import { relative } from 'node:path'
import { idsIn } from './ids.ts'
import { FEATURES } from './rows.ts'

/** What of vitest's JSON report is read. */
export interface VitestReport {
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[]
  }[]
}

/** A test of a feature, and how it went. */
export interface FeatureTest {
  readonly file: string
  readonly title: string
  readonly passed: boolean
}

/** The tests that ran, by the ids they are named by. */
export function featureTests(
  root: string,
  reports: readonly VitestReport[],
): Map<string, FeatureTest[]> {
  const found = new Map<string, FeatureTest[]>(Object.keys(FEATURES).map((id) => [id, []]))
  for (const { name, assertionResults } of reports.flatMap(({ testResults }) => testResults)) {
    for (const { title, status } of assertionResults) {
      if (status !== 'passed' && status !== 'failed') continue
      const file = relative(root, name).replaceAll('\\', '/')
      for (const id of idsIn(title)) {
        found.get(id)?.push({ file, title, passed: status === 'passed' })
      }
    }
  }
  return found
}

/** Rows that no test ran for, or whose tests failed, one line each. */
export function missing(tests: ReadonlyMap<string, readonly FeatureTest[]>): string[] {
  return [...tests].flatMap(([id, all]) => {
    if (all.length === 0) return [`${id}: no test ran`]
    return all.filter(({ passed }) => !passed).map(({ title, file }) => `${title} failed (${file})`)
  })
}

/** The page that lists features, their tests, and how those went. */
export function page(tests: ReadonlyMap<string, readonly FeatureTest[]>): string {
  const sections = [...tests].map(([id, all]) => {
    const rows = all.map(({ file, title, passed }) => {
      return `| [${plain(title)}](../${file}) | ${passed ? 'passed' : 'failed'} |`
    })
    return [`## ${id}: ${FEATURES[id]}`, '', '| test | result |', '| --- | --- |', ...rows].join(
      '\n',
    )
  })
  const head = [
    '# What works, and which test shows it',
    '',
    'Written by `npm run features`, which runs all of these tests.',
  ]
  return `${[head.join('\n'), ...sections].join('\n\n')}\n`
}

/** A test's name behind its ids, as text of Markdown. */
function plain(title: string): string {
  return title.replace(/^([MSHTB]\d{1,2} )+/, '').replace(/[<>*_`|[\]]/g, '\\$&')
}
