#!/usr/bin/env node
// npm test [-- <arguments for vitest>]: sets everything up, runs all tests once, ends with `N passed, N failed`.
// With --report=<file> the results are kept there as JSON, for `npm run features -- <file>`.
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contractLine } from './lib/contract-transports.mjs'
import { provideCoturn } from './lib/coturn.mjs'
import { main } from './lib/main.mjs'
import { setUp } from './lib/set-up.mjs'
import { countsLine, testCounts } from './lib/test-counts.mjs'
import { runTool } from './lib/tool.mjs'

/** The tests that need a TURN server. */
const SLOW = 'vitest.slow.config.ts'

const REPORT = '--report='

/**
 * @param {string[]} filters
 * @param {string | undefined} keptReport
 */
async function runTests(filters, keptReport) {
  const directory = mkdtempSync(join(tmpdir(), 'pigeon-test-'))
  const reportFile = join(directory, 'report.json')
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`]
    const { code } = await runTool('vitest', ['run', ...reporters, ...filters], {
      allowFailure: true,
      browsers: true,
    })
    if (keptReport !== undefined && existsSync(reportFile)) copyFileSync(reportFile, keptReport)
    const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : undefined
    return { code, counts: testCounts(report, code), contract: contractLine(report) }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** @param {string[]} given */
async function test(given) {
  const filters = given.filter((argument) => !argument.startsWith(REPORT))
  const keptReport = given.find((argument) => argument.startsWith(REPORT))?.slice(REPORT.length)
  try {
    await setUp({ chromium: true, firefox: true })
    if (filters.includes(SLOW)) await provideCoturn()
  } catch (error) {
    console.log(`\n${countsLine(testCounts(undefined, 1))}`)
    throw error
  }
  const { code, counts, contract } = await runTests(filters, keptReport)
  if (contract !== undefined) console.log(`\n${contract}`)
  console.log(`\n${counts.files} test files, ${counts.filesFailed} failed`)
  console.log(countsLine(counts))
  process.exitCode = code
}

await main(() => test(process.argv.slice(2)))
