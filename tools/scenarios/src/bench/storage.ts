// Storage: what envelopes cost beside raw Yjs, and what replicas survive.
import { Command } from 'commander'
import { onlyOption, runParts, seedRange } from './sections.ts'
import { automerge } from './storage/automerge.ts'
import { concurrent } from './storage/concurrent.ts'
import { entries } from './storage/entries.ts'
import { faults } from './storage/faults.ts'
import { kills } from './storage/kills.ts'
import type { Section } from './storage/section.ts'
import { tabs } from './storage/tabs.ts'
import { trace } from './storage/trace.ts'

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

const program = new Command('bench -- storage')
  .option('--seeds <range>', 'of the trials with faults', seedRange, seedRange('1-20'))
  .addOption(onlyOption(SECTIONS))
  .parse()

const options = program.opts<{ readonly seeds: number[]; readonly only: string[] }>()
await runParts(SECTIONS, options.only, () => ({ options }))
