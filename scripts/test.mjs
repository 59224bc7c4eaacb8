#!/usr/bin/env node
// npm test [-- <arguments for vitest>]: sets everything up, runs all tests once, ends with `N passed, N failed`.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
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

/** @param {string[]} filters */
async function runTests(filters) {
  const directory = mkdtempSync(join(tmpdir(), 'pigeon-test-'))
  const reportFile = join(directory, 'report.json')
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`]
    const { code } = await runTool('vitest', ['run', ...reporters, ...filters], {
      allowFailure: true,
      browsers: true,
    })
    const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : undefined
    return { code, counts: testCounts(report, code), contract: contractLine(report) }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** @param {string[]} filters */
async function test(filters) {
  try {
    await setUp({ chromium: true, firefox: true })
    if (filters.includes(SLOW)) await provideCoturn()
  } catch (error) {
    console.log(`\n${countsLine(testCounts(undefined, 1))}`)
    throw error
  }
  const { code, counts, contract } = await runTests(filters)
  if (contract !== undefined) console.log(`\n${contract}`)
  console.log(`\n${counts.files} test files, ${counts.filesFailed} failed`)
  console.log(countsLine(counts))
  process.exitCode = code
}

await main(() => test(process.argv.slice(2)))
