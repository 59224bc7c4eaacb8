// The table of values, in the simulator and over real links: what it costs, and what it survives.
import { Command } from 'commander'
import { adversaries } from './dht/adversaries.ts'
import { churn } from './dht/churn.ts'
import { compare } from './dht/compare.ts'
import { conflicts } from './dht/conflicts.ts'
import { deaths } from './dht/deaths.ts'
import type { Section } from './dht/section.ts'
import { steady } from './dht/steady.ts'
import { subscriptions } from './dht/subscriptions.ts'
import { webrtc } from './dht/webrtc.ts'
import { onlyOption, runParts, seedRange } from './sections.ts'

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

const program = new Command('bench -- dht')
  .option('--seeds <range>', 'of each measurement', seedRange, [1, 2, 3, 4, 5])
  .addOption(onlyOption(SECTIONS))
  .parse()

const options = program.opts<{ readonly seeds: number[]; readonly only: string[] }>()
const shown = `seeds ${options.seeds.join(' ')}`
await runParts(SECTIONS, options.only, () => ({ options, shown }))
