import { describe, expect, it } from 'vitest'
import { countsLine, testCounts } from '../../../scripts/lib/test-counts.mjs'

const passed = { status: 'passed', assertionResults: [{ status: 'passed' }] }

describe('the counts after the tests', () => {
  it('are those of vitest', () => {
    const report = { testResults: [passed], numPassedTests: 5, numFailedTests: 0 }
    expect(countsLine(testCounts(report, 0))).toBe('5 passed, 0 failed')
  })

  it('name skipped tests', () => {
    const report = { testResults: [passed], numPassedTests: 5, numPendingTests: 1, numTodoTests: 1 }
    expect(countsLine(testCounts(report, 0))).toBe('5 passed, 0 failed, 2 skipped')
  })

  it('count a file that does not load', () => {
    const broken = { status: 'failed', assertionResults: [] }
    const report = { testResults: [passed, broken], numPassedTests: 5, numFailedTests: 0 }
    expect(testCounts(report, 1)).toMatchObject({ files: 2, filesFailed: 1, failed: 1 })
  })

  it('never say that nothing failed when something did', () => {
    expect(countsLine(testCounts(undefined, 1))).toBe('0 passed, 1 failed')
    const report = { testResults: [passed], numPassedTests: 5, numFailedTests: 0 }
    expect(countsLine(testCounts(report, 1))).toBe('5 passed, 1 failed')
  })
})
