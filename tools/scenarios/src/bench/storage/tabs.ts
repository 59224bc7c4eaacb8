import { killTabs } from '../../storage/tabs/kill-tabs.ts'
import { largeSpace } from '../../storage/tabs/large-space.ts'
import { median, type Section } from './section.ts'

const ENTRIES = 10_000

/** In Chromium: killed ten times on one profile, and with many small entries in IndexedDB. */
export const tabs: Section = async () => {
  const { acknowledged, lost, signedTwice, kills } = await killTabs(10)
  const { runs, keptMs, loadedMs, values } = await largeSpace(ENTRIES, 3)
  return [
    { metric: 'acknowledged entries lost', ours: lost, unit: '', goal: { atMost: 0 } },
    { metric: 'numbers signed twice', ours: signedTwice, unit: '', goal: { atMost: 0 } },
    { metric: 'kills', ours: kills, unit: '' },
    { metric: 'entries acknowledged', ours: acknowledged, unit: '' },
    {
      metric: `entries of 200 B, in ${runs} runs`,
      ours: values,
      unit: '',
      goal: { atLeast: ENTRIES },
    },
    { metric: 'checked and kept', ours: keptMs, unit: 'ms' },
    { metric: 'loaded from IndexedDB', ours: median(loadedMs), unit: 'ms', goal: { atMost: 1000 } },
  ]
}
