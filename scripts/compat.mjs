#!/usr/bin/env node
// npm run test:compat [-- --trials N]: real peers of npm peerpigeon at our hub.
import { join } from 'node:path'
import { endWithNpm } from './lib/end-with-npm.mjs'
import { main } from './lib/main.mjs'
import { installPeer } from './lib/peers.mjs'
import { root } from './lib/root.mjs'
import { run } from './lib/run.mjs'
import { setUp } from './lib/set-up.mjs'

await main(async () => {
  endWithNpm()
  await setUp({ chromium: true })
  await installPeer('peerpigeon')
  const cwd = join(root, 'tools', 'compat')
  const args = ['--import', 'tsx', 'src/main.ts', ...process.argv.slice(2)]
  const { code } = await run('node', args, { cwd, allowFailure: true, browsers: true })
  process.exitCode = code
})
