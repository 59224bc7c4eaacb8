// The table of values, in the simulator and over real links: what it costs, and what it survives.
import { Command, InvalidArgumentError } from 'commander'
import { adversaries } from './dht/adversaries.ts'
import { churn } from './dht/churn.ts'
import { compare } from './dht/compare.ts'
import { conflicts } from './dht/conflicts.ts'
import { deaths } from './dht/deaths.ts'
import type { Section } from './dht/section.ts'
import { steady } from './dht/steady.ts'
import { subscriptions } from './dht/subscriptions.ts'
import { webrtc } from './dht/webrtc.ts'
import { formatTable, isMet } from './table.ts'

/** In the order in which they run. */
const SECTIONS: Readonly<Record<string, Section>> = {
  steady,
  deaths,
  churn,
  subscriptions,
  conflicts,
  adversaries,
  compare,
  webrtc,
}

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

const program = new Command('bench -- dht')
  .option('--seeds <range>', 'of each measurement', seeds, [1, 2, 3, 4, 5])
  .option('--only <names>', 'parts to run, with commas', sections, Object.keys(SECTIONS))
  .parse()

const options = program.opts<{ readonly seeds: number[]; readonly only: string[] }>()
for (const name of options.only) {
  const startedAt = performance.now()
  const rows = await (SECTIONS[name] as Section)(options)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
  console.log(`\n${name}, seeds ${options.seeds.join(' ')}, ${seconds} s`)
  console.log(formatTable(rows))
  if (!rows.every(isMet)) process.exitCode = 1
}
