import { parseArgs } from 'node:util'
import { root } from '../../../scripts/lib/root.mjs'
import { chooseSteps, resultTable, runSteps } from './run-steps.ts'
import type { Step } from './step.ts'
import { browsers } from './steps/browsers.ts'
import { build } from './steps/build.ts'
import { changesets } from './steps/changesets.ts'
import { features } from './steps/features.ts'
import { graph } from './steps/graph.ts'
import { install } from './steps/install.ts'
import { layers } from './steps/layers.ts'
import { licences } from './steps/licences.ts'
import { lint } from './steps/lint.ts'
import { pack } from './steps/pack.ts'
import { readme } from './steps/readme.ts'
import { size } from './steps/size.ts'
import { typecheck } from './steps/typecheck.ts'
import { unused } from './steps/unused.ts'
import { words } from './steps/words.ts'

/** Quick ones first. */
const STEPS: readonly Step[] = [
  lint,
  words,
  features,
  graph,
  build,
  layers,
  typecheck,
  unused,
  readme,
  size,
  browsers,
  licences,
  changesets,
  pack,
  install,
]

/** @returns the exit code: 0 if every step holds */
async function check(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { write: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const steps = chooseSteps(STEPS, positionals)
  const results = await runSteps(steps, { root, write: values.write }, build, console.log)
  console.log(`\n${resultTable(results)}`)
  return results.every(({ ok }) => ok) ? 0 : 1
}

try {
  process.exitCode = await check()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
