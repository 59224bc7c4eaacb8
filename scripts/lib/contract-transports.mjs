const TITLE = 'transport contract: '

/**
 * On which transports the exported contract ran, from vitest's JSON report.
 * @param {{ testResults?: { assertionResults?: { ancestorTitles?: string[], status?: string }[] }[] } | undefined} report
 * @returns {string | undefined} one line; undefined where no contract test was run
 */
export function contractLine(report) {
  /** @type {Map<string, { passed: number, cases: number }>} */
  const transports = new Map()
  for (const { assertionResults = [] } of report?.testResults ?? []) {
    for (const { ancestorTitles = [], status } of assertionResults) {
      const title = ancestorTitles.find((one) => one.startsWith(TITLE))
      if (title === undefined || (status !== 'passed' && status !== 'failed')) continue
      const name = title.slice(TITLE.length)
      const counts = transports.get(name) ?? { passed: 0, cases: 0 }
      counts.cases++
      if (status === 'passed') counts.passed++
      transports.set(name, counts)
    }
  }
  if (transports.size === 0) return undefined
  const parts = [...transports].map(([name, { passed, cases }]) => `${name} ${passed}/${cases}`)
  return `transport contract: ${parts.join(', ')}`
}
