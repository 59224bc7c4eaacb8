#!/usr/bin/env node
// npm run check [-- <step…>]: everything that must hold besides the tests.
import { gate } from './lib/gate.mjs'
import { main } from './lib/main.mjs'
import { setUp } from './lib/set-up.mjs'

await main(async () => {
  await setUp({ build: false })
  process.exitCode = await gate('main.ts', process.argv.slice(2))
})
