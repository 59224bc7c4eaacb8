import type { BenchRow } from '../table.ts'
import { connect, type Station, type Stations } from './stations.ts'
import { median, quantile } from './statistics.ts'
import { PAIRS } from './throughput.ts'

const PINGS = 200

/** There and back with 64 bytes on an idle link. */
export async function roundTrip({ engine, kinds, all }: Stations): Promise<BenchRow[]> {
  const [a, b] = [all[0], all[1]] as [Station, Station]
  const medians = new Map<string, number[]>()
  const worst = new Map<string, number[]>()
  for (let pair = 0; pair < PAIRS; pair++) {
    for (const kind of ['ours', ...kinds]) {
      const id = await connect(a, b, kind)
      await b.call('sink', id, -1)
      const times = await a.call('pings', id, PINGS)
      medians.set(kind, [...(medians.get(kind) ?? []), quantile(times, 0.5)])
      worst.set(kind, [...(worst.get(kind) ?? []), quantile(times, 0.99)])
      await Promise.all([a.call('close', id), b.call('close', id)])
    }
  }
  const of = (values: Map<string, number[]>, kind: string) => median(values.get(kind) ?? [])
  return kinds.flatMap((peerName) => [
    {
      metric: `${engine}, round trip p50`,
      ours: of(medians, 'ours'),
      peer: of(medians, peerName),
      peerName,
      unit: 'ms',
    },
    {
      metric: `${engine}, round trip p99`,
      ours: of(worst, 'ours'),
      peer: of(worst, peerName),
      peerName,
      unit: 'ms',
    },
  ])
}
