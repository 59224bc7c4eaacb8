#!/usr/bin/env node
// npm run docs: builds the documentation, checks its links, and runs every snippet of it.
// `--no-snippets` and `--no-reference` leave out what takes longest.
import { gate } from './lib/gate.mjs'
import { main } from './lib/main.mjs'
import { setUp } from './lib/set-up.mjs'
import { runTool } from './lib/tool.mjs'

const NO_SNIPPETS = '--no-snippets'

await main(async () => {
  const args = process.argv.slice(2)
  await setUp()
  const build = ['tools/docs/src/main.ts', ...args.filter((argument) => argument !== NO_SNIPPETS)]
  const { code } = await runTool('tsx', build, { from: 'tools/docs', allowFailure: true })
  process.exitCode = code
  if (code === 0 && !args.includes(NO_SNIPPETS)) {
    process.exitCode = await gate('main.ts', ['readme'])
  }
})
