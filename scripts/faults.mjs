#!/usr/bin/env node
// npm run test:faults [-- F3 F23]: what goes wrong between hubs, made to happen.
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
  const args = ['--import', 'tsx', 'src/federation/faults.ts', ...process.argv.slice(2)]
  const { code } = await run('node', args, { cwd, allowFailure: true })
  process.exitCode = code
})
