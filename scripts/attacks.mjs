#!/usr/bin/env node
// npm run test:attacks [-- <part of a name>]: our hub with its default limits under attack.
import { join } from 'node:path'
import { endWithNpm } from './lib/end-with-npm.mjs'
import { main } from './lib/main.mjs'
import { root } from './lib/root.mjs'
import { run } from './lib/run.mjs'
import { setUp } from './lib/set-up.mjs'

await main(async () => {
  endWithNpm()
  await setUp()
  const cwd = join(root, 'tools', 'scenarios')
  const args = ['--import', 'tsx', 'src/bench/hub-attacks.ts', ...process.argv.slice(2)]
  const { code } = await run('node', args, { cwd, allowFailure: true })
  process.exitCode = code
})
