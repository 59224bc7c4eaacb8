// Broadcast, in the simulator and over real links: what it costs, how fast it is, and what it survives.
import { Command } from 'commander'
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
import { onlyOption, runParts, seedRange } from './sections.ts'

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

const program = new Command('bench -- gossip')
  .option('--seeds <range>', 'of each measurement', seedRange, [1, 2, 3, 4, 5])
  .option('--fault-seeds <count>', 'of the scenario of random faults', Number, 200)
  .addOption(onlyOption(SECTIONS))
  .parse()

interface Options {
  readonly seeds: number[]
  readonly faultSeeds: number
  readonly only: string[]
}

const options = program.opts<Options>()
const shown = `seeds ${options.seeds.join(' ')}`
await runParts(SECTIONS, options.only, () => ({ options, shown }))
