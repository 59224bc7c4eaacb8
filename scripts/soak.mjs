#!/usr/bin/env node
// npm run soak [-- --minutes 20 --seed 1]: peers that come and go at a hub, and what stays in its memory.
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
  const args = ['--import', 'tsx', 'src/bench/service/soak.ts', ...process.argv.slice(2)]
  const { code } = await run('node', args, { cwd, allowFailure: true })
  process.exitCode = code
})
