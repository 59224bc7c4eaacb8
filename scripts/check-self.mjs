#!/usr/bin/env node
// npm run check:self [-- <step…>]: plants one violation of each rule in a copy and expects the check to fail.
import { gate } from './lib/gate.mjs'
import { main } from './lib/main.mjs'
import { setUp } from './lib/set-up.mjs'

await main(async () => {
  await setUp()
  process.exitCode = await gate('self/main.ts', process.argv.slice(2))
})
