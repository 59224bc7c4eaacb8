// Storage: what envelopes cost beside raw Yjs, and what replicas survive.
import { Command, InvalidArgumentError } from 'commander'
import { automerge } from './storage/automerge.ts'
import { concurrent } from './storage/concurrent.ts'
import { entries } from './storage/entries.ts'
import { faults } from './storage/faults.ts'
import { kills } from './storage/kills.ts'
import type { Section } from './storage/section.ts'
import { tabs } from './storage/tabs.ts'
import { trace } from './storage/trace.ts'
import { formatTable, isMet } from './table.ts'

/** In the order in which they run. */
const SECTIONS: Readonly<Record<string, Section>> = {
  trace,
  entries,
  concurrent,
  automerge,
  kills,
  tabs,
  faults,
}

function seeds(text: string): number[] {
  const [first, last = first] = text.split('-').map(Number)
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last)) {
    throw new InvalidArgumentError('such as 1-200, please')
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

const program = new Command('bench -- storage')
  .option('--seeds <range>', 'of the trials with faults', seeds, seeds('1-20'))
  .option('--only <names>', 'parts to run, with commas', sections, Object.keys(SECTIONS))
  .parse()

const options = program.opts<{ readonly seeds: number[]; readonly only: string[] }>()
for (const name of options.only) {
  const startedAt = performance.now()
  const rows = await (SECTIONS[name] as Section)(options)
  console.log(`\n${name}, ${((performance.now() - startedAt) / 1000).toFixed(0)} s`)
  console.log(formatTable(rows))
  if (!rows.every(isMet)) process.exitCode = 1
}
