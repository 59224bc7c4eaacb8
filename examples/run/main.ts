// npm run examples [-- <names>]: runs examples without a window, and prints one line for each.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runHub } from '@pigeon/hub-server'
import { openTabs } from './browser.ts'
import { PAGES } from './pages.ts'
import { PROGRAMS, runProgram } from './programs.ts'

/** Lines of one example, at most. */
const MAX_LINES = 100

const directory = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url))

/** Lines of what a person has to read. */
function linesOf(name: string): number {
  return readdirSync(directory(name))
    .filter((file) => /\.(?:ts|mjs)$/.test(file))
    .map(
      (file) =>
        readFileSync(`${directory(name)}/${file}`, 'utf8')
          .trimEnd()
          .split('\n').length,
    )
    .reduce((sum, lines) => sum + lines, 0)
}

async function play(name: string, hub: string): Promise<string> {
  const page = PAGES[name]
  if (page === undefined) return runProgram(name, hub)
  const tabs = await openTabs(directory(name), hub)
  try {
    return await page(tabs)
  } finally {
    await tabs.close()
  }
}

const names = process.argv.slice(2)
const all = [...Object.keys(PAGES), ...Object.keys(PROGRAMS)]
const unknown = names.filter((name) => !all.includes(name))
if (unknown.length > 0) throw new RangeError(`no example: ${unknown.join(', ')}; there are ${all}`)

const hub = await runHub({ port: 0 })
let failed = 0
for (const name of names.length > 0 ? names : all) {
  const lines = linesOf(name)
  try {
    if (!existsSync(directory(name))) throw new Error('it is gone')
    if (lines >= MAX_LINES) throw new RangeError(`${lines} lines are too many`)
    console.log(`ok      ${name} (${lines} lines): ${await play(name, hub.url)}`)
  } catch (error) {
    failed++
    console.log(`FAILED  ${name}: ${error instanceof Error ? error.message : error}`)
  }
}
await hub.stop()
process.exit(failed === 0 ? 0 : 1)
