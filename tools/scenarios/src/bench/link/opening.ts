import type { BenchRow } from '../table.ts'
import type { Station, Stations } from './stations.ts'
import { weriftStations } from './stations.ts'
import { median, spread } from './statistics.ts'
import { PAIRS } from './throughput.ts'

const PARALLEL = 50

/** How long a link takes to open, signals being instant, one after the other. */
export async function opening({ engine, all }: Stations): Promise<BenchRow[]> {
  const station = all[0] as Station
  const times: Record<'ours' | 'raw', number[]> = { ours: [], raw: [] }
  const open = async (kind: 'ours' | 'raw', count: number) => {
    const { ms, close } = await station.call('openPairs', kind, count)
    await station.call('closePairs', close)
    return ms
  }
  await open('raw', 1)
  await open('ours', 1)
  for (let pair = 0; pair < PAIRS; pair++) {
    const order = pair % 2 === 0 ? (['ours', 'raw'] as const) : (['raw', 'ours'] as const)
    for (const kind of order) times[kind].push(await open(kind, 1))
  }
  const ratios = times.ours.map((ms, index) => ms / (times.raw[index] as number))
  const [ours, raw] = [await open('ours', PARALLEL), await open('raw', PARALLEL)]
  const rows: BenchRow[] = [
    {
      metric: `${engine}, a link opens`,
      ours: median(times.ours),
      peer: median(times.raw),
      peerName: 'raw',
      unit: 'ms',
    },
    {
      metric: `... ratio, median of ${PAIRS} pairs (${spread(ratios)})`,
      ours: median(ratios),
      unit: '',
      goal: { atMost: 1.1 },
    },
    {
      metric: `${engine}, ${PARALLEL} pairs at once`,
      ours,
      peer: raw,
      peerName: 'raw',
      unit: 'ms',
      ...(engine === 'werift' && { goal: { atMost: 1200 } }),
    },
  ]
  return rows
}

/** What an idle link costs in memory, both ends in one process, and which names it asks for. */
export async function idle(): Promise<BenchRow[]> {
  const heldBytes: Record<string, number> = {}
  let lookups = 0
  for (const kind of ['ours', 'raw']) {
    const { all, close } = await weriftStations(1)
    const [child] = all
    if (child === undefined) continue
    const warm = await child.call('openPairs', kind, 1)
    const before = await child.call('held')
    await child.call('openPairs', kind, PARALLEL)
    heldBytes[kind] = ((await child.call('held')) - before) / (2 * PARALLEL) / 1024
    lookups += kind === 'ours' ? await child.call('lookups') : 0
    await child.call('closePairs', warm.close)
    await close()
  }
  const [ours = Number.NaN, raw = Number.NaN] = [heldBytes['ours'], heldBytes['raw']]
  return [
    { metric: 'werift, memory of an idle end', ours, peer: raw, peerName: 'raw', unit: 'KiB' },
    {
      metric: '... beside the engine itself',
      ours: ours - raw,
      unit: 'KiB',
      goal: { atMost: 20 },
    },
    {
      metric: `werift, names asked for by ${PARALLEL} pairs`,
      ours: lookups,
      unit: '',
      goal: { atMost: 0 },
    },
  ]
}
