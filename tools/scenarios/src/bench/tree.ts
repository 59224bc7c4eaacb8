// The tree, in the simulator: how flat it is, how fast it grows, and what it survives, beside Genet.
import { writeFileSync } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import { formatTable, isMet } from './table.ts'
import { deaths } from './tree/deaths.ts'
import { faults } from './tree/faults.ts'
import { genet } from './tree/genet.ts'
import { growth } from './tree/growth.ts'
import type { Section } from './tree/section.ts'

/** In the order in which they run. */
const SECTIONS: Readonly<Record<string, Section>> = { genet, growth, deaths, faults }

function seeds(text: string): number[] {
  const [first, last = first] = text.split('-').map(Number)
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last)) {
    throw new InvalidArgumentError('such as 1-5, please')
  }
  const from = first as number
  return Array.from({ length: (last as number) - from + 1 }, (_, index) => from + index)
}

function sections(text: string): string[] {
  const names = text.split(',')
  const unknown = names.find((name) => SECTIONS[name] === undefined)
  if (unknown === undefined) return names
  throw new InvalidArgumentError(`some of ${Object.keys(SECTIONS).join(', ')}, please`)
}

const program = new Command('bench -- tree')
  .option('--seed <range>', 'of each measurement', seeds, [1, 2, 3])
  .option('--only <names>', 'parts to run, with commas', sections, Object.keys(SECTIONS))
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
for (const name of options.only) {
  const startedAt = performance.now()
  const rows = (SECTIONS[name] as Section)({
    seeds: options.seed,
    largest: options.largest,
    record: ({ seed, nodes, metric, value }) =>
      lines.push([name, seed, nodes, metric, value].join(',')),
  })
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
  console.log(`\n${name}, seeds ${options.seed.join(' ')}, ${seconds} s`)
  console.log(formatTable(rows))
  if (!rows.every(isMet)) process.exitCode = 1
}
if (options.csv !== undefined) writeFileSync(options.csv, `${lines.join('\n')}\n`)
