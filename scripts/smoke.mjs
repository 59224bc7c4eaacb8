#!/usr/bin/env node
// npm run smoke: one hub, six Node peers and two browser tabs; exits 0 only if every message arrived.
import { join } from 'node:path'
import { main } from './lib/main.mjs'
import { root } from './lib/root.mjs'
import { run } from './lib/run.mjs'
import { setUp } from './lib/set-up.mjs'

await main(async () => {
  await setUp({ chromium: true })
  const smoke = join(root, 'tools', 'smoke')
  await run('node', ['--import', 'tsx', 'src/main.ts'], { cwd: smoke, browsers: true })
})
