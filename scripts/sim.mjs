#!/usr/bin/env node
// npm run sim -- <scenario> [--seed S] [--peers N] [--runs R]: real peers in a simulated network.
import { join } from 'node:path'
import { main } from './lib/main.mjs'
import { root } from './lib/root.mjs'
import { run } from './lib/run.mjs'
import { setUp } from './lib/set-up.mjs'

await main(async () => {
  await setUp()
  const cwd = join(root, 'tools', 'scenarios')
  const args = ['--import', 'tsx', 'src/main.ts', ...process.argv.slice(2)]
  const { code } = await run('node', args, { cwd, allowFailure: true })
  process.exitCode = code
})
