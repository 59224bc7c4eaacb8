// npm run bench -- peer: tabs of one Chromium that join one network, ours and Trystero's core.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Measured, measure } from './peer/measure.ts'
import { sizes } from './peer/sizes.ts'
import { OTHERS } from './peer/tabs.ts'
import { type BenchRow, report } from './table.ts'

/** Tabs, and what they may take. */
const SETTINGS = [
  { tabs: 8, reachedMs: 3000, serverMessages: 120, heard: 1 },
  { tabs: 12, reachedMs: 4500, serverMessages: 200, heard: 1 },
  { tabs: 15, reachedMs: 6000, serverMessages: undefined, heard: 0.995 },
] as const

const ROUNDS = 3

/** The round in the middle, by time. */
async function median(system: 'pigeon' | 'trystero', tabs: number): Promise<Measured> {
  const rounds: Measured[] = []
  for (let round = 0; round < ROUNDS; round++) rounds.push(await measure(system, tabs))
  const byTime = rounds.sort((a, b) => a.reachedMs - b.reachedMs)
  const worst = (key: 'broadcasts' | 'direct') => Math.min(...rounds.map((each) => each[key]))
  return {
    ...(byTime[ROUNDS >> 1] as Measured),
    broadcasts: worst('broadcasts'),
    direct: worst('direct'),
  }
}

const rows: BenchRow[] = []
const hasTrystero = existsSync(join(OTHERS, '@trystero-p2p'))
for (const { tabs, reachedMs, serverMessages, heard } of SETTINGS) {
  const ours = await median('pigeon', tabs)
  const theirs = hasTrystero ? await median('trystero', tabs) : undefined
  const row = (metric: string, key: keyof Measured, unit: string, goal: BenchRow['goal']) => {
    rows.push({
      ...{ metric: `${tabs} tabs, ${metric}`, ours: ours[key], unit },
      ...(theirs && { peer: theirs[key], peerName: 'trystero' }),
      ...(goal && { goal }),
    })
  }
  row('all reached after', 'reachedMs', 'ms', { atMost: reachedMs })
  const limit = serverMessages === undefined ? undefined : { atMost: serverMessages }
  row('messages of the server', 'serverMessages', '', limit)
  row('broadcasts heard', 'broadcasts', '', { atLeast: heard })
  row('direct messages heard', 'direct', '', { atLeast: heard })
}
rows.push(...(await sizes()))
report(rows)
process.exit()
