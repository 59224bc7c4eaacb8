// The tree, in the simulator: how flat it is, how fast it grows, and what it survives, beside Genet.
import { writeFileSync } from 'node:fs'
import { Command } from 'commander'
import { onlyOption, runParts, seedRange } from './sections.ts'
import { deaths } from './tree/deaths.ts'
import { faults } from './tree/faults.ts'
import { genet } from './tree/genet.ts'
import { growth } from './tree/growth.ts'
import type { Section } from './tree/section.ts'

/** In the order in which they run. */
const SECTIONS: Readonly<Record<string, Section>> = { genet, growth, deaths, faults }

const program = new Command('bench -- tree')
  .option('--seed <range>', 'of each measurement', seedRange, [1, 2, 3])
  .addOption(onlyOption(SECTIONS))
  .option('--largest <nodes>', 'the largest network', Number, 100_000)
  .option('--csv <file>', 'where to write every run')
  .parse()

const options = program.opts<{
  readonly seed: number[]
  readonly only: string[]
  readonly largest: number
  readonly csv?: string
}>()
const lines = ['section,seed,nodes,metric,value']
const { seed: seeds, largest } = options
await runParts(SECTIONS, options.only, (name) => ({
  options: {
    ...{ seeds, largest },
    record: ({ seed, nodes, metric, value }) =>
      lines.push([name, seed, nodes, metric, value].join(',')),
  },
  shown: `seeds ${seeds.join(' ')}`,
}))
if (options.csv !== undefined) writeFileSync(options.csv, `${lines.join('\n')}\n`)
