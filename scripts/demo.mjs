#!/usr/bin/env node
// npm run test:demo [-- <arguments for vitest>]: drives every panel of the demo in a real browser, two tabs and eight,
// and prints what it counted and measured.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from './lib/main.mjs'
import { setUp } from './lib/set-up.mjs'
import { countsLine, testCounts } from './lib/test-counts.mjs'
import { runTool } from './lib/tool.mjs'

/** @param {string} path */
const read = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined)

/** @param {any} figures what the tests wrote down */
function print(
  {
    firstLoadBytes,
    connectedMs,
    errors = 0,
    violations = 0,
    healed = {},
  } = /** @type {any} */ ({}),
) {
  console.log(`first load: ${firstLoadBytes ?? 'not measured'} bytes gzipped`)
  console.log(`time to a connected peer: ${connectedMs ?? 'not measured'} ms`)
  for (const [what, ms] of Object.entries(healed)) {
    console.log(`healed, ${what}: ${(Number(ms) / 1000).toFixed(1)} s`)
  }
  console.log(`console errors: ${errors}`)
  console.log(`violations of the Content-Security-Policy: ${violations}`)
}

await main(async () => {
  await setUp({ chromium: true })
  const directory = mkdtempSync(join(tmpdir(), 'pigeon-demo-'))
  const [report, figures] = [join(directory, 'report.json'), join(directory, 'figures.json')]
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const args = ['run', '--config', 'vitest.demo.config.ts', ...reporters]
    const { code } = await runTool('vitest', [...args, ...process.argv.slice(2)], {
      allowFailure: true,
      browsers: true,
      env: { PIGEON_FIGURES: figures },
    })
    const counts = testCounts(read(report), code)
    console.log(`\n${counts.passed + counts.failed} scenarios`)
    print(read(figures))
    console.log(countsLine(counts))
    process.exitCode = code
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
