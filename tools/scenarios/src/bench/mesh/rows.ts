import type { BenchRow } from '../table.ts'
import type { Measured } from './measure.ts'

const MIB = 1024 * 1024

type Goal = NonNullable<BenchRow['goal']>

/** One line of the table for every figure. */
const FIGURES: readonly {
  readonly metric: string
  readonly unit: string
  readonly of: (measured: Measured) => number
  readonly goal?: Goal
}[] = [
  { metric: 'parts', unit: '', of: (m) => m.components.length, goal: { atMost: 1 } },
  { metric: 'largest part', unit: 'peers', of: (m) => m.components[0] ?? 0 },
  {
    metric: 'broadcasts delivered',
    unit: '%',
    of: (m) => m.broadcasts * 100,
    goal: { atLeast: 100 },
  },
  {
    metric: 'direct messages delivered',
    unit: '%',
    of: (m) => m.direct * 100,
    goal: { atLeast: 100 },
  },
  {
    metric: 'start to first link, median',
    unit: 'ms',
    of: (m) => median(m.joins.map(({ firstLinkMs }) => firstLinkMs)),
  },
  { metric: '... max', unit: 'ms', of: (m) => Math.max(...m.joins.map((j) => j.firstLinkMs)) },
  {
    metric: 'start to linked with all, median',
    unit: 'ms',
    of: (m) => median(m.joins.map(({ joinedMs }) => joinedMs)),
  },
  { metric: '... max', unit: 'ms', of: (m) => Math.max(...m.joins.map((j) => j.joinedMs)) },
  {
    metric: 'hub messages',
    unit: 'per join',
    of: (m) => m.hubMessagesPerJoin,
    goal: { atMost: 55 },
  },
  {
    metric: 'hub messages, idle',
    unit: 'per peer and min',
    of: (m) => m.idleHubMessages,
    goal: { atMost: 2 },
  },
  { metric: 'connections made, mean', unit: 'per peer', of: (m) => mean(m.connections) },
  { metric: '... max', unit: '', of: (m) => Math.max(...m.connections) },
  { metric: 'memory of a process, mean', unit: 'MiB', of: (m) => mean(m.rss) / MIB },
  { metric: '... JavaScript heap in use', unit: 'MiB', of: (m) => mean(m.heap) / MIB },
  { metric: 'processes that crashed', unit: '', of: (m) => m.crashed, goal: { atMost: 0 } },
]

/**
 * The lines for one setting.
 * @param peer what was measured of the other system, if it is there
 */
export function rowsOf(
  maxPeers: number,
  ours: Measured,
  peer: { readonly name: string; readonly measured: Measured } | undefined,
): BenchRow[] {
  return FIGURES.map(({ metric, unit, of, goal }, index) => ({
    metric: index === 0 ? `maxPeers ${maxPeers}: ${metric}` : metric,
    ours: of(ours),
    ...(peer && { peer: of(peer.measured), peerName: peer.name }),
    unit,
    ...(goal && { goal }),
  }))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Of an even number the larger of the two in the middle: it may be infinite. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
