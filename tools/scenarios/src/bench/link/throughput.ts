import type { BenchRow } from '../table.ts'
import { connect, type Station, type Stations } from './stations.ts'
import { median, spread } from './statistics.ts'

const KIB = 1024
const MIB = 1024 * KIB

/** Pairs of measurements, ours and theirs by turns. */
export const PAIRS = 9

/** Message sizes, and how much of each is sent. */
const SIZES = [
  { name: '1 KB', bytes: KIB, total: { werift: 2 * MIB, Chromium: 4 * MIB } },
  { name: '16 KB', bytes: 16 * KIB, total: { werift: 8 * MIB, Chromium: 16 * MIB } },
  { name: '64 KB', bytes: 64 * KIB, total: { werift: 8 * MIB, Chromium: 16 * MIB } },
  { name: '1 MB', bytes: MIB, total: { werift: 8 * MIB, Chromium: 16 * MIB } },
] as const

/** Megabytes a second of both, pair by pair. */
async function compare(
  [a, b]: readonly [Station, Station],
  theirs: string,
  bytes: number,
  total: number,
): Promise<{ ours: number[]; theirs: number[] }> {
  const speeds: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] }
  const ids = { ours: await connect(a, b, 'ours'), theirs: await connect(a, b, theirs) }
  const send = async (id: string) => {
    await b.call('sink', id, total)
    return total / 1e6 / ((await a.call('pump', id, bytes, total)) / 1000)
  }
  // A fresh connection goes slowly at first.
  for (const id of Object.values(ids)) await send(id)
  for (let pair = 0; pair < PAIRS; pair++) {
    // Who is first changes, so that neither always finds a warm machine.
    const order = pair % 2 === 0 ? (['ours', 'theirs'] as const) : (['theirs', 'ours'] as const)
    for (const who of order) speeds[who].push(await send(ids[who]))
  }
  for (const id of Object.values(ids)) await Promise.all([a.call('close', id), b.call('close', id)])
  return speeds
}

/** How fast messages of each size go, beside the engine and beside other libraries. */
export async function throughput({ engine, kinds, all }: Stations): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  const pair = [all[0], all[1]] as [Station, Station]
  for (const kind of kinds) {
    for (const { name, bytes, total } of SIZES) {
      if (kind !== 'raw' && name !== '16 KB') continue
      const { ours, theirs } = await compare(pair, kind, bytes, total[engine])
      const ratios = ours.map((speed, index) => speed / (theirs[index] as number))
      const metric = `${engine}, messages of ${name}`
      rows.push(
        { metric, ours: median(ours), peer: median(theirs), peerName: kind, unit: 'MB/s' },
        {
          metric: `... ratio to ${kind}, median of ${PAIRS} pairs (${spread(ratios)})`,
          ours: median(ratios),
          unit: '',
          ...goalOf(engine, kind, name),
        },
      )
    }
  }
  return rows
}

function goalOf(engine: string, kind: string, name: string): Pick<BenchRow, 'goal'> {
  if (engine !== 'werift' || kind !== 'raw') return {}
  return { goal: { atLeast: name === '1 KB' ? 3 : 0.9 } }
}
