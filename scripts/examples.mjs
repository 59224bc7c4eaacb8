#!/usr/bin/env node
// npm run examples [-- <names>]: runs the examples without a window, one line each.
import { main } from './lib/main.mjs'
import { setUp } from './lib/set-up.mjs'
import { runTool } from './lib/tool.mjs'

await main(async () => {
  await setUp({ chromium: true })
  const args = ['examples/run/main.ts', ...process.argv.slice(2)]
  const { code } = await runTool('tsx', args, {
    from: 'examples',
    allowFailure: true,
    browsers: true,
  })
  process.exitCode = code
})
