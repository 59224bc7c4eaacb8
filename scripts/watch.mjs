#!/usr/bin/env node
// npm run test:watch [-- <arguments for vitest>]: runs tests again whenever what they use changes.
import { main } from './lib/main.mjs'
import { setUp } from './lib/set-up.mjs'
import { runTool } from './lib/tool.mjs'

await main(async () => {
  await setUp({ chromium: true, firefox: true })
  await runTool('vitest', ['watch', ...process.argv.slice(2)], {
    allowFailure: true,
    browsers: true,
  })
})
