import { namedRows } from '../../../../scripts/lib/bench-report.mjs'
import type { Page } from '../page.ts'
import { goalOf, measuresOf } from './measure.ts'
import { plot } from './plot.ts'
import { REPORT, type Report, type Row } from './report.ts'

const HEAD = '| metric | ours | peer | ratio | goal |\n| --- | --- | --- | --- | --- |'

/** As it is, whatever Markdown would make of it. */
const plain = (text: string): string => text.replaceAll(/[\\`*_[\]<>&|]/g, String.raw`\$&`)

const line = (cells: readonly string[]): string => `| ${cells.map(plain).join(' | ')} |`

const lineOf = ({ metric, ours, peer, ratio, goal }: Row): string =>
  line([metric, ours, peer, ratio, goal])

/** The page of what was measured, as plots and tables; without a report it says how to make one. */
export function benchmarksPage(report: Report | undefined): Page {
  const text =
    report === undefined
      ? 'Nothing is measured yet. `npm run bench -- --publish` runs all suites, which takes hours, and this page shows what came of them.'
      : [summary(report), missed(report), ...report.results.map(section)].join('\n\n')
  const title = 'Benchmarks'
  const markdown = `# ${title}\n\n${text}\n`
  const path = 'about/benchmarks.html'
  return { source: REPORT, path, section: 'About', title, markdown, hasHtml: true }
}

function summary({ machine, date, results }: Report): string {
  const silent = results.filter(({ rows }) => rows.length === 0).map(({ suite }) => suite)
  return [
    `Measured by \`npm run bench\`${date === undefined ? '' : ` on ${date}`} on ${plain(machine)}. Other implementations ran on the same machine, in the same run.`,
    'In the plots every metric has a scale of its own that begins at 0: the upper bar is ours, the others are those of other implementations, and an upright line is the goal.',
    ...(silent.length > 0 ? [`Without a result: ${silent.map(plain).join(', ')}.`] : []),
  ].join('\n\n')
}

function missed({ results }: Report): string {
  const goals = results.flatMap(({ suite, rows }) =>
    namedRows(rows).flatMap((row) => {
      const goal = goalOf(row.goal)
      return goal === undefined ? [] : [{ suite, row, goal }]
    }),
  )
  const failed = goals.filter(({ goal }) => !goal.isMet)
  const counts = `${goals.length - failed.length} of ${goals.length} goals are met`
  if (failed.length === 0) return `${counts}; none is missed.`
  const lines = failed.map(({ suite, row, goal }) =>
    line([suite, row.metric, row.ours, row.peer, goal.text]),
  )
  return [
    `${counts}. These are missed:`,
    ['| suite | metric | ours | peer | goal |', '| --- | --- | --- | --- | --- |', ...lines].join(
      '\n',
    ),
  ].join('\n\n')
}

function section({ suite, options, seconds, rows }: Report['results'][number]): string {
  const heading = `## ${plain(suite)}`
  if (rows.length === 0) return `${heading}\n\nNo result.`
  const measures = measuresOf(rows)
  // A block of HTML ends at an empty line, and has none.
  const figure = measures.length === 0 ? [] : [`<figure>\n${plot(measures)}\n</figure>`]
  const table = [HEAD, ...rows.map(lineOf)].join('\n')
  const how = options === undefined ? '' : ` with \`${options}\``
  return [heading, `It took ${seconds} s${how}.`, ...figure, table].join('\n\n')
}
