// Broadcast, in the simulator and over real links: what it costs, how fast it is, and what it survives.
import { Command, InvalidArgumentError } from 'commander'
import { adversaries } from './gossip/adversaries.ts'
import { clocks } from './gossip/clocks.ts'
import { compare } from './gossip/compare.ts'
import { faults } from './gossip/faults.ts'
import { kills } from './gossip/kills.ts'
import { large } from './gossip/large.ts'
import { cold, latency } from './gossip/latency.ts'
import type { Section } from './gossip/section.ts'
import { steady } from './gossip/steady.ts'
import { trouble } from './gossip/trouble.ts'
import { webrtc } from './gossip/webrtc.ts'
import { formatTable, isMet } from './table.ts'

/** In the order in which they run. */
const SECTIONS: Readonly<Record<string, Section>> = {
  steady,
  compare,
  latency,
  cold,
  kills,
  trouble,
  clocks,
  adversaries,
  faults,
  large,
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

const program = new Command('bench -- gossip')
  .option('--seeds <range>', 'of each measurement', seeds, [1, 2, 3, 4, 5])
  .option('--fault-seeds <count>', 'of the scenario of random faults', Number, 200)
  .option('--only <names>', 'parts to run, with commas', sections, Object.keys(SECTIONS))
  .parse()

interface Options {
  readonly seeds: number[]
  readonly faultSeeds: number
  readonly only: string[]
}

const options = program.opts<Options>()
for (const name of options.only) {
  const startedAt = performance.now()
  const rows = await (SECTIONS[name] as Section)(options)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
  console.log(`\n${name}, seeds ${options.seeds.join(' ')}, ${seconds} s`)
  console.log(formatTable(rows))
  if (!rows.every(isMet)) process.exitCode = 1
}
