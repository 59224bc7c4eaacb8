// Volunteer computing: many processes beside one core, what a task costs, and what jobs survive.
import { Command, InvalidArgumentError } from 'commander'
import { onlyOption, runParts } from './sections.ts'
import { faults } from './volunteer/faults.ts'
import { overhead } from './volunteer/overhead.ts'
import type { Section } from './volunteer/section.ts'
import { speed } from './volunteer/speed.ts'
import { tail } from './volunteer/tail.ts'

/** In the order in which they run. */
const SECTIONS: Readonly<Record<string, Section>> = { overhead, tail, faults, speed }

function counts(text: string): number[] {
  const all = text.split(',').map(Number)
  if (all.every((count) => Number.isInteger(count) && count > 0)) return all
  throw new InvalidArgumentError('such as 10,20,40, please')
}

const program = new Command('bench -- volunteer')
  .option('--seed <number>', 'of what is drawn by lot', Number, 1)
  .addOption(onlyOption(SECTIONS))
  .option('--processes <counts>', 'workers of the speed part', counts, [10, 20, 40])
  .parse()

const { seed, only, processes } = program.opts<{
  readonly seed: number
  readonly only: string[]
  readonly processes: number[]
}>()
await runParts(SECTIONS, only, () => ({ options: { seed, processes }, shown: `seed ${seed}` }))
process.exit(process.exitCode ?? 0)
