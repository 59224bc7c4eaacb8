#!/usr/bin/env node
// npm run features [-- <reports>]: runs the tests that are named by a feature, and writes docs/features.md. With reports of
// `npm test -- --report=<file>` and `npm run test:slow -- --report=<file>` it runs none, and writes what those say.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
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

/** @param {readonly string[]} reports of vitest, as JSON */
async function writePage(reports) {
  process.exitCode = await gate('features/main.ts', reports)
  await runTool('@biomejs/biome', ['format', '--write', 'docs/features.md'])
}

async function runAndWrite() {
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
    await writePage(reports)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

await main(() => {
  const reports = process.argv.slice(2).map((file) => resolve(file))
  return reports.length > 0 ? writePage(reports) : runAndWrite()
})
