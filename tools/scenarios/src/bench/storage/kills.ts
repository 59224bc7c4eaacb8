import { killWriters } from '../../storage/kills/kill-writers.ts'
import type { Section } from './section.ts'

/** A writer killed with SIGKILL fifty times on one store. */
export const kills: Section = async () => {
  const { acknowledged, lost, signedTwice, kills: count } = await killWriters(50)
  return [
    { metric: 'acknowledged entries lost', ours: lost, unit: '', goal: { atMost: 0 } },
    { metric: 'numbers signed twice', ours: signedTwice, unit: '', goal: { atMost: 0 } },
    { metric: 'kills', ours: count, unit: '' },
    { metric: 'entries acknowledged', ours: acknowledged, unit: '' },
  ]
}
