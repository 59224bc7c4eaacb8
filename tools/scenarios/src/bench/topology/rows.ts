import type { BenchRow } from '../table.ts'
import type { JobResult } from './job.ts'

/** A size and a limit of links. */
export interface Config {
  readonly peers: number
  readonly maxPeers: number
}

/** Mean hops at most. */
const HOPS: Record<string, number> = { '100/3': 11, '100/8': 4, '1000/12': 6 }

const PEER = 'PeerPigeon'

/** The lines of one configuration. */
export function rowsOf({ peers, maxPeers }: Config, results: readonly JobResult[]): BenchRow[] {
  const name = `${peers}/${maxPeers}`
  const ours = results.map((result) => result.ours)
  const theirs = results.flatMap(({ peer }) => (peer === undefined ? [] : [peer]))
  const beside = (value: number | undefined) =>
    theirs.length === 0 || value === undefined ? {} : { peer: value, peerName: PEER }
  const up = ours.filter(({ options }) => options.hub === 'up')
  const down = ours.filter(({ options }) => options.hub === 'down')
  // Beyond that the links that survive need not hold the network together.
  const isFirm = maxPeers >= 8
  const hops = HOPS[name]
  const direct = 100 * share(sum(ours, 'delivered'), sum(ours, 'sent'))
  return [
    {
      metric: `${name} one component after the last join, worst`,
      ours: worstSeconds(ours.map((one) => one.oneComponentMs)),
      unit: 's',
      goal: { atMost: 5 },
    },
    {
      metric: `${name} parts, mean`,
      ours: mean(ours.map((one) => (one.oneComponentMs === null ? 2 : 1))),
      ...beside(mean(theirs.map(({ components }) => components))),
      unit: '',
      goal: { atMost: 1 },
    },
    {
      metric: `${name} whole ring, worst`,
      ours: worstSeconds(ours.map((one) => one.wholeRingMs)),
      unit: 's',
      goal: { atMost: 10 },
    },
    {
      metric: `${name} direct messages`,
      ours: direct,
      ...beside(100 * mean(theirs.map(({ directShare }) => directShare))),
      unit: '%',
      goal: { atLeast: 100 },
    },
    {
      metric: `${name} hops, mean`,
      ours: mean(ours.map((one) => one.hops)),
      unit: '',
      ...(hops !== undefined && { goal: { atMost: hops } }),
    },
    {
      metric: `${name} hub messages a join`,
      ours: mean(ours.map((one) => one.hubMessagesPerJoin)),
      unit: '',
      goal: { atMost: 55 },
    },
    {
      metric: `${name} idle hub messages a peer and minute, mean`,
      ours: mean(ours.map((one) => one.idleHubMessages)),
      unit: '',
      goal: { atMost: 2 },
    },
    {
      metric: `${name} ... of the busiest network`,
      ours: Math.max(...ours.map((one) => one.idleHubMessages)),
      unit: '',
    },
    {
      metric: `${name} connections created a peer, mean`,
      ours: mean(ours.map((one) => one.meanCreated)),
      unit: '',
      goal: { atMost: maxPeers + 3 },
    },
    {
      metric: `${name} ... most`,
      ours: Math.max(...ours.map((one) => one.maxCreated)),
      unit: '',
      goal: { atMost: 40 },
    },
    ...deathRows(`${name} 30 % die, hub up:`, up, theirs),
    ...(isFirm ? hubDownRows(name, down) : partRows(name, down)),
  ]
}

type Ours = JobResult['ours']

function deathRows(
  name: string,
  ours: readonly Ours[],
  theirs: readonly { componentsAfterDeaths: number }[],
): BenchRow[] {
  if (ours.length === 0) return []
  const after = ours.map(({ afterDeaths }) => afterDeaths)
  return [
    {
      metric: `${name} one component, worst`,
      ours: worstSeconds(after.map((one) => one.oneComponentMs)),
      unit: 's',
      goal: { atMost: 10 },
    },
    {
      metric: `${name} parts, mean`,
      ours: mean(after.map(({ parts }) => parts)),
      ...(theirs.length > 0 && {
        peer: mean(theirs.map(({ componentsAfterDeaths }) => componentsAfterDeaths)),
        peerName: PEER,
      }),
      unit: '',
      goal: { atMost: 1 },
    },
    {
      metric: `${name} whole ring, worst`,
      ours: worstSeconds(after.map((one) => one.wholeRingMs)),
      unit: 's',
      goal: { atMost: 25 },
    },
    {
      metric: `${name} direct messages`,
      ours: 100 * share(sum(after, 'delivered'), sum(after, 'sent')),
      unit: '%',
      goal: { atLeast: 100 },
    },
  ]
}

/** With many links the survivors hold together without the hub. */
function hubDownRows(name: string, ours: readonly Ours[]): BenchRow[] {
  if (ours.length === 0) return []
  const isHealed = ({ afterDeaths }: Ours) =>
    (afterDeaths.oneComponentMs ?? Number.POSITIVE_INFINITY) <= 10_000 &&
    (afterDeaths.wholeRingMs ?? Number.POSITIVE_INFINITY) <= 25_000 &&
    afterDeaths.delivered === afterDeaths.sent
  const rings = ours.map(({ afterDeaths }) => afterDeaths.wholeRingMs)
  return [
    {
      metric: `${name} 30 % die, hub down: healed as with it`,
      ours: 100 * share(ours.filter(isHealed).length, ours.length),
      unit: '% of seeds',
      goal: { atLeast: 99 },
    },
    { metric: `${name} ... whole ring, worst`, ours: worstSeconds(rings), unit: 's' },
  ]
}

/** With few links the survivors' graph decides; no part breaks further, each has a whole ring. */
function partRows(name: string, ours: readonly Ours[]): BenchRow[] {
  if (ours.length === 0) return []
  const after = ours.map(({ afterDeaths }) => afterDeaths)
  return [
    {
      metric: `${name} 30 % die, hub down: parts more than the survivors' links left`,
      ours: Math.max(0, ...after.map(({ parts, partsBefore }) => parts - partsBefore)),
      unit: '',
      goal: { atMost: 0 },
    },
    {
      metric: `${name} ... with a whole ring each`,
      ours: 100 * share(after.filter((one) => one.wholePartsMs !== null).length, after.length),
      unit: '% of seeds',
      goal: { atLeast: 100 },
    },
    {
      metric: `${name} ... after, worst`,
      ours: worstSeconds(after.map((one) => one.wholePartsMs)),
      unit: 's',
    },
  ]
}

function worstSeconds(times: readonly (number | null)[]): number {
  return Math.max(...times.map((ms) => ms ?? Number.POSITIVE_INFINITY)) / 1000
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((total, value) => total + value, 0) / values.length
}

function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole
}

function sum<K extends string>(of: readonly Record<K, number>[], key: K): number {
  return of.reduce((total, one) => total + one[key], 0)
}
