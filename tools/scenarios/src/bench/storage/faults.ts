import { storageTrial } from '../../storage/trial.ts'
import type { Section } from './section.ts'

/** Replicas while frames are lost, doubled and overtaken, networks split and machines crash. */
export const faults: Section = async ({ seeds }) => {
  let [entries, crashes, bad] = [0, 0, 0]
  for (const seed of seeds) {
    const trial = await storageTrial(seed)
    entries += trial.entries
    crashes += trial.crashes
    if (trial.problems.length > 0) {
      bad++
      console.error(`seed ${seed}: ${trial.problems.join('; ')}`)
    }
  }
  return [
    { metric: 'trials that end with a difference', ours: bad, unit: '', goal: { atMost: 0 } },
    { metric: 'trials', ours: seeds.length, unit: '' },
    { metric: 'entries, in all', ours: entries, unit: '' },
    { metric: 'crashes, in all', ours: crashes, unit: '' },
  ]
}
