#!/usr/bin/env node
// npm run features: runs the tests that are named by a feature, and writes docs/features.md.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { provideCoturn } from './lib/coturn.mjs'
import { gate } from './lib/gate.mjs'
import { main } from './lib/main.mjs'
import { root } from './lib/root.mjs'
import { setUp } from './lib/set-up.mjs'
import { runTool } from './lib/tool.mjs'

/** The start of the name of such a test. */
const NAMED =
  /\btest(?:\.\w+)*(?:\([^\n]*\))?\(\s*['"`][MSHTB]\d{1,2} |\bit\(\s*['"`][MSHTB]\d{1,2} /

/** Files with such tests; others in them run as well, since they may build on each other. */
function files() {
  const { stdout } = spawnSync('git', ['ls-files', '*.test.ts', '*.test.tsx'], {
    cwd: root,
    encoding: 'utf8',
  })
  return stdout
    .split('\n')
    .filter((file) => file !== '' && NAMED.test(readFileSync(join(root, file), 'utf8')))
}

/** Quick tests, then slow ones. */
const CONFIGS = ['vitest.config.ts', 'vitest.slow.config.ts']

await main(async () => {
  await setUp({ chromium: true, firefox: true })
  await provideCoturn()
  const directory = mkdtempSync(join(tmpdir(), 'pigeon-features-'))
  try {
    const reports = []
    for (const [index, config] of CONFIGS.entries()) {
      const file = join(directory, `${index}.json`)
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
      const args = ['run', '--config', config, ...files(), ...reporters]
      await runTool('vitest', args, { allowFailure: true, browsers: true })
      if (existsSync(file)) reports.push(file)
    }
    process.exitCode = await gate('features/main.ts', reports)
    await runTool('@biomejs/biome', ['format', '--write', 'docs/features.md'])
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
