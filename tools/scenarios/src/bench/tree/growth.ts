import { Field, optimalDepth } from '../../tree/field.ts'
import { collectGarbage } from '../collect-garbage.ts'
import type { BenchRow } from '../table.ts'
import { genetOf } from './genet.ts'
import { largest, mean, percentile, ROOMY, type Section } from './section.ts'

interface Grown {
  readonly leaves: number
  readonly depth: number
  readonly lastMs: number
  readonly p50Ms: number
  readonly attached: number
  readonly messages: number
  readonly seconds: number
  readonly bytes: number
}

/** A burst of joins, until the last one is in. */
function grow(seed: number, nodes: number): Grown {
  const startedAt = performance.now()
  const before = memory()
  const field = new Field({ seed, tree: ROOMY })
  const root = field.root()
  const from = field.simulation.now
  field.burst(nodes)
  field.simulation.runUntil(
    () => field.nodes.every((one) => one === root || one.joinedAt !== undefined),
    30_000,
    100,
  )
  const times = field.nodes.flatMap(({ joinedAt }) =>
    joinedAt === undefined ? [] : [joinedAt - from],
  )
  const depths = field.depths(root)
  const stats = field.nodes.map(({ node }) => node.getStats())
  const passed = stats.reduce((sum, one) => sum + one.requests + one.passed + one.stored, 0)
  return {
    leaves: field.leaves(),
    depth: largest(depths.values()),
    lastMs: largest(times),
    p50Ms: percentile(times, 0.5),
    attached: depths.size - 1,
    messages: passed / nodes + 1, // and the answer
    seconds: (performance.now() - startedAt) / 1000,
    bytes: memory() - before,
  }
}

function memory(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

const CANDIDATES = 6

/** Leaves, depth and time of bursts, beside Genet's in the same model. */
export const growth: Section = ({ seeds, record, largest: most }) => {
  const rows: BenchRow[] = [250, 320].flatMap((nodes) => {
    const ours = seeds.map((seed) => grow(seed, nodes))
    const theirs = mean(
      seeds.flatMap((seed) =>
        Array.from({ length: 20 }, (_, index) => genetOf(seed * 1000 + index, nodes).leaves),
      ),
    )
    for (const [at, { leaves }] of ours.entries()) {
      record({ seed: seeds[at] as number, nodes, metric: 'leaves', value: leaves })
    }
    const leaves = mean(ours.map((one) => one.leaves))
    return [
      {
        metric: `N = ${nodes}: leaves`,
        ours: leaves,
        peer: theirs,
        peerName: 'Genet',
        unit: '',
        goal: { atLeast: theirs * 1.29 },
      },
      {
        metric: '... nodes that may compute: interior ones, too',
        ours: mean(ours.map((one) => one.attached)),
        peer: theirs,
        peerName: 'Genet',
        unit: '',
        goal: { atLeast: theirs * 1.43 },
      },
    ]
  })
  const sizes = [1000, 10_000, 100_000].filter((nodes) => nodes <= most)
  let before: Grown | undefined
  for (const nodes of sizes) {
    const runs = nodes < 100_000 ? seeds : seeds.slice(0, 1)
    const ours = runs.map((seed) => grow(seed, nodes))
    const theirs = genetOf(runs[0] as number, nodes)
    const last = largest(theirs.nodes.map(({ joinedAt = Number.NaN }) => joinedAt))
    const name = `N = ${nodes.toLocaleString('en-US')}`
    const all = (pick: (one: Grown) => number) => ours.map(pick)
    for (const [at, one] of ours.entries()) {
      const seed = runs[at] as number
      for (const metric of ['depth', 'lastMs', 'messages', 'seconds', 'bytes'] as const) {
        record({ seed, nodes, metric, value: one[metric] })
      }
    }
    const depth = optimalDepth(nodes, 10)
    rows.push(
      {
        metric: `${name}: depth`,
        ours: largest(all((one) => one.depth)),
        peer: largest(theirs.depths().values()),
        peerName: 'Genet',
        unit: '',
        goal: { atMost: depth },
      },
      {
        metric: '... last join of the burst',
        ours: largest(all((one) => one.lastMs)),
        peer: last,
        peerName: 'Genet',
        unit: 'ms',
        goal: { atMost: last },
      },
      {
        metric: `... messages per join, answer included; Genet with ${CANDIDATES} candidates`,
        ours: largest(all((one) => one.messages)),
        peer: ((CANDIDATES + 1) * theirs.messages) / nodes,
        peerName: 'Genet',
        unit: '',
        goal: { atMost: depth + 3 },
      },
      {
        metric: '... joined and attached',
        ours: Math.min(...all((one) => one.attached)),
        unit: '',
        goal: { atLeast: nodes },
      },
      { metric: '... time of the run', ours: mean(all((one) => one.seconds)), unit: 's' },
      {
        metric: '... heap per node',
        ours: mean(all((one) => one.bytes / nodes)),
        unit: 'bytes',
      },
    )
    if (before !== undefined) {
      const seconds = mean(all((one) => one.seconds))
      rows.push({
        metric: '... time, against a tenth of it',
        ours: seconds / before.seconds,
        unit: 'x',
      })
    }
    before = { ...(ours[0] as Grown), seconds: mean(all((one) => one.seconds)) }
  }
  return rows
}
