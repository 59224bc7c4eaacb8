import { parseArgs } from 'node:util'
import { root } from '../../../scripts/lib/root.mjs'
import { chooseSteps, resultTable, runSteps } from './run-steps.ts'
import { build } from './steps/build.ts'
import { changesets } from './steps/changesets.ts'
import { graph } from './steps/graph.ts'
import { layers } from './steps/layers.ts'
import { licences } from './steps/licences.ts'
import { lint } from './steps/lint.ts'
import { typecheck } from './steps/typecheck.ts'
import { unused } from './steps/unused.ts'
import { words } from './steps/words.ts'

const STEPS = [lint, build, typecheck, layers, graph, unused, licences, changesets, words]

const { values, positionals } = parseArgs({
  options: { write: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const steps = chooseSteps(STEPS, positionals)
const results = await runSteps(steps, { root, write: values.write }, build, console.log)
console.log(`\n${resultTable(results)}`)
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1
