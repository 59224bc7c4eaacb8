#!/usr/bin/env node
// npm run features: runs the tests that are named by a feature, and writes docs/features.md.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { provideCoturn } from './lib/coturn.mjs'
import { gate } from './lib/gate.mjs'
import { main } from './lib/main.mjs'
import { setUp } from './lib/set-up.mjs'
import { runTool } from './lib/tool.mjs'

/** The start of the name of such a test. */
const NAMED = '(^|\\s)[MSHTB]\\d{1,2} '

/** Quick tests, then slow ones. */
const CONFIGS = ['vitest.config.ts', 'vitest.slow.config.ts']

await main(async () => {
  await setUp({ chromium: true })
  await provideCoturn()
  const directory = mkdtempSync(join(tmpdir(), 'pigeon-features-'))
  try {
    const reports = []
    for (const [index, config] of CONFIGS.entries()) {
      const file = join(directory, `${index}.json`)
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
      const args = ['run', '--config', config, '-t', NAMED, ...reporters]
      await runTool('vitest', args, { allowFailure: true, browsers: true })
      if (existsSync(file)) reports.push(file)
    }
    process.exitCode = await gate('features/main.ts', reports)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
