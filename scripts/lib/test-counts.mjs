/**
 * What vitest's JSON report counts.
 * @typedef {object} TestCounts
 * @property {number} files
 * @property {number} filesFailed
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped including the ones marked as to do
 */

/**
 * @param {any} report vitest's JSON report, or undefined where it wrote none
 * @param {number} exitCode of vitest
 * @returns {TestCounts} a run that failed outside its tests (a file that does not load, an unhandled error) counts as
 *   at least one failure
 */
export function testCounts(report, exitCode) {
  const results = report?.testResults ?? []
  const failed = results.filter((/** @type {any} */ file) => file.status !== 'passed')
  const broken = failed.filter(
    (/** @type {any} */ file) =>
      !file.assertionResults.some((/** @type {any} */ test) => test.status === 'failed'),
  )
  const counts = {
    files: results.length,
    filesFailed: failed.length,
    passed: report?.numPassedTests ?? 0,
    failed: (report?.numFailedTests ?? 0) + broken.length,
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
  }
  if (exitCode !== 0 && counts.failed === 0) counts.failed = 1
  return counts
}

/**
 * @param {TestCounts} counts
 * @returns {string} for example `12 passed, 0 failed`
 */
export function countsLine({ passed, failed, skipped }) {
  const line = `${passed} passed, ${failed} failed`
  return skipped > 0 ? `${line}, ${skipped} skipped` : line
}
