// Volunteer computing: many processes beside one core, what a task costs, and what jobs survive.
import { Command, InvalidArgumentError } from 'commander'
import { formatTable, isMet } from './table.ts'
import { faults } from './volunteer/faults.ts'
import { overhead } from './volunteer/overhead.ts'
import type { Section } from './volunteer/section.ts'
import { speed } from './volunteer/speed.ts'
import { tail } from './volunteer/tail.ts'

/** In the order in which they run. */
const SECTIONS: Readonly<Record<string, Section>> = { overhead, tail, faults, speed }

function sections(text: string): string[] {
  const names = text.split(',')
  const unknown = names.find((name) => SECTIONS[name] === undefined)
  if (unknown === undefined) return names
  throw new InvalidArgumentError(`some of ${Object.keys(SECTIONS).join(', ')}, please`)
}

function counts(text: string): number[] {
  const all = text.split(',').map(Number)
  if (all.every((count) => Number.isInteger(count) && count > 0)) return all
  throw new InvalidArgumentError('such as 10,20,40, please')
}

const program = new Command('bench -- volunteer')
  .option('--seed <number>', 'of what is drawn by lot', Number, 1)
  .option('--only <names>', 'parts to run, with commas', sections, Object.keys(SECTIONS))
  .option('--processes <counts>', 'workers of the speed part', counts, [10, 20, 40])
  .parse()

const { seed, only, processes } = program.opts<{
  readonly seed: number
  readonly only: string[]
  readonly processes: number[]
}>()
for (const name of only) {
  const startedAt = performance.now()
  const rows = await (SECTIONS[name] as Section)({ seed, processes })
  console.log(`\n${name}, seed ${seed}, ${((performance.now() - startedAt) / 1000).toFixed(0)} s`)
  console.log(formatTable(rows))
  if (!rows.every(isMet)) process.exitCode = 1
}
process.exit(process.exitCode ?? 0)
