/**
 * One line of a suite's table.
 * @typedef {{ metric: string, ours: string, peer: string, ratio: string, goal: string }} Row
 */

/**
 * What a suite did, and with which options if they were not its defaults.
 * @typedef {{ suite: string, options?: string, seconds: number, code: number, rows: Row[] }} SuiteResult
 */

/**
 * What all suites did.
 * @typedef {{ machine: string, date: string, results: readonly SuiteResult[] }} Report
 */

/**
 * The report to publish: suites that did not run now stay as they were, if they ran on the same machine.
 * @param {Report | undefined} before
 * @param {Report} now
 * @returns {Report}
 */
export function mergeReports(before, now) {
  const old = before?.machine === now.machine ? before.results : []
  const names = new Set([...old, ...now.results].map(({ suite }) => suite))
  const latest = new Map([...old, ...now.results].map((result) => [result.suite, result]))
  return { ...now, results: [...names].sort().flatMap((name) => latest.get(name) ?? []) }
}

/**
 * The rows of all tables in what a suite printed.
 * @param {string} output
 * @returns {Row[]}
 */
export function tableRows(output) {
  return output.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim())
    const [metric = '', ours = '', peer = '', ratio = '', goal = ''] = cells
    if (cells.length !== 5 || metric === '' || metric === 'metric') return []
    return [{ metric, ours, peer, ratio, goal }]
  })
}

/**
 * The rows of a suite that came to its end: one that was ended, or broke, has no result, whatever it printed before.
 * @param {string} output
 * @param {number} code 0, or 1 if a goal was missed
 * @returns {Row[]}
 */
export function resultRows(output, code) {
  const rows = tableRows(output)
  const isWhole = code === 0 || (code === 1 && rows.some(isMissed))
  return isWhole ? rows : []
}

/** @param {Row} row */
function isMissed({ goal }) {
  return goal.endsWith('MISSED')
}

/**
 * Rows that can stand alone: one that goes on about the thing above, `... p99`, names it.
 * @template {{ readonly metric: string }} R
 * @param {readonly R[]} rows
 * @returns {R[]}
 */
export function namedRows(rows) {
  let thing = ''
  return rows.map((row) => {
    const [, more] = /^\.\.\. (.*)/.exec(row.metric) ?? []
    if (more === undefined) thing = row.metric
    return more === undefined ? row : { ...row, metric: `${thing}: ${more}` }
  })
}

/**
 * The report of all suites as Markdown: what was missed first.
 * @param {string} machine
 * @param {readonly SuiteResult[]} results
 */
export function reportPage(machine, results) {
  const all = results.flatMap(({ suite, rows }) =>
    namedRows(rows).map((row) => ({ suite, ...row })),
  )
  const goals = all.filter(({ goal }) => goal !== '-')
  const missed = goals.filter(isMissed)
  const broken = results.filter(({ code, rows }) => code !== 0 && rows.length === 0)
  const head = ['| metric | ours | peer | ratio | goal |', '| --- | --- | --- | --- | --- |']
  /** @param {Row} row */
  const line = ({ metric, ours, peer, ratio, goal }) =>
    `| ${metric} | ${ours} | ${peer} | ${ratio} | ${goal} |`
  const sections = results.map(({ suite, options = '', seconds, rows }) => {
    return [
      `## ${suite} ${options}`.trim(),
      '',
      `${seconds} s`,
      '',
      ...head,
      ...rows.map(line),
    ].join('\n')
  })
  const lines = [
    '# Benches',
    '',
    machine,
    '',
    `${goals.length - missed.length} of ${goals.length} goals met.`,
    ...(broken.length > 0
      ? ['', `Without a result: ${broken.map((each) => each.suite).join(', ')}.`]
      : []),
    ...(missed.length > 0 ? ['', '## Missed', '', ...head, ...missed.map(line)] : []),
  ]
  return `${[lines.join('\n'), ...sections].join('\n\n')}\n`
}
