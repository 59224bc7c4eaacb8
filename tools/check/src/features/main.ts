// Writes docs/features.md from reports of vitest; exits 1 if a feature has no test that passed.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../../../scripts/lib/root.mjs'
import { featureTests, missing, page, type VitestReport } from './report.ts'

const PAGE = 'docs/features.md'

const reports = process.argv
  .slice(2)
  .map((file) => JSON.parse(readFileSync(file, 'utf8')) as VitestReport)
const tests = featureTests(root, reports)
writeFileSync(join(root, PAGE), page(tests))
const lines = missing(tests)
for (const line of lines) console.log(line)
const count = [...tests.values()].reduce((sum, all) => sum + all.length, 0)
console.log(`${tests.size} features, ${count} tests: ${PAGE}`)
process.exitCode = lines.length > 0 ? 1 : 0
