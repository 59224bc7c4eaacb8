import { Simulation } from '@pigeon/simulator'
import { Field, type FieldNode } from '../../tree/field.ts'
import { isLeaf } from '../../tree/genet.ts'
import { genetOf } from './genet.ts'
import { largest, mean, percentile, ROOMY, type Section } from './section.ts'

const DYING = 0.25

interface Outcome {
  readonly attached: number
  readonly p99Ms: number
  readonly fromDeathMs: number
  readonly grown: number
  readonly askedRoot: number
}

/** A quarter of the interior nodes dies at once. */
function measure(seed: number, nodes: number, notice: 'silence' | 'at-once'): Outcome {
  const field = new Field({ seed, tree: ROOMY })
  const root = field.root()
  field.burst(nodes)
  field.simulation.runFor(8000)
  const interior = field.nodes.filter((one) => one !== root && one.node.childrenNb > 0)
  const depth = largest(field.depths(root).values())
  const dying = field.simulation
    .random('deaths')
    .shuffled(interior)
    .slice(0, interior.length * DYING)
  const dead = new Set(dying.map(({ id }) => id))
  const orphans = dying.flatMap(({ node }) =>
    [...node.children.keys()]
      .filter((id) => !dead.has(id))
      .map((id) => field.byId.get(id) as FieldNode),
  )
  const asking = new Set<string>()
  field.trees.watchRoot = (from) => asking.add(from)
  const at = field.simulation.now
  const lost = new Map<FieldNode, number>()
  const found = new Map<FieldNode, number>()
  for (const one of orphans) {
    one.node.on('parent-close', () => {
      if (!lost.has(one)) lost.set(one, field.simulation.now)
    })
    one.node.on('parent-connect', () => {
      if (!found.has(one)) found.set(one, field.simulation.now)
    })
  }
  for (const one of dying) field.crash(one, notice)
  field.simulation.runFor(6000)
  field.trees.watchRoot = undefined
  const after = field.depths(root)
  const took = orphans.map(
    (one) => (found.get(one) ?? Number.POSITIVE_INFINITY) - (lost.get(one) ?? at),
  )
  const since = orphans.map((one) => (found.get(one) ?? Number.POSITIVE_INFINITY) - at)
  return {
    attached: (after.size - 1) / (field.living().length - 1),
    p99Ms: percentile(took, 0.99),
    fromDeathMs: percentile(since, 0.99),
    grown: largest(after.values()) - depth,
    askedRoot: orphans.filter(({ id }) => asking.has(id)).length / orphans.length,
  }
}

/** What is left of Genet's tree, for ever. */
function leftOfGenet(seed: number, nodes: number): number {
  const genet = genetOf(seed, nodes)
  const interior = genet.nodes.filter((node) => !isLeaf(node))
  const random = new Simulation({ seed }).random('deaths')
  for (const node of random.shuffled(interior).slice(0, interior.length * DYING)) node.isUp = false
  return (genet.depths().size - 1) / genet.nodes.filter(({ isUp }) => isUp).length
}

/** Interior nodes die, and leaves take their places. */
export const deaths: Section = ({ seeds, record, largest: most }) =>
  [1000, 10_000, 100_000]
    .filter((nodes) => nodes <= most)
    .flatMap((nodes) => {
      const runs = nodes < 100_000 ? seeds : seeds.slice(0, 1)
      const atOnce = runs.map((seed) => measure(seed, nodes, 'at-once'))
      const silent = nodes < 100_000 ? runs.map((seed) => measure(seed, nodes, 'silence')) : []
      for (const [at, one] of atOnce.entries()) {
        for (const metric of ['attached', 'p99Ms', 'grown', 'askedRoot'] as const) {
          record({
            seed: runs[at] as number,
            nodes,
            metric: `deaths ${metric}`,
            value: one[metric],
          })
        }
      }
      for (const [at, one] of silent.entries()) {
        const metric = 'deaths silent from death p99'
        record({ seed: runs[at] as number, nodes, metric, value: one.fromDeathMs })
      }
      const name = `N = ${nodes.toLocaleString('en-US')}, ${DYING * 100} % of interior nodes die`
      const rows = [
        {
          metric: `${name}: attached after 6 s`,
          ours: Math.min(...[...atOnce, ...silent].map((one) => one.attached)),
          peer: mean(runs.map((seed) => leftOfGenet(seed, nodes))),
          peerName: 'Genet',
          unit: '',
          goal: { atLeast: 1 },
        },
        {
          metric: '... links break at once: p99 of orphans, from detection',
          ours: largest(atOnce.map((one) => one.p99Ms)),
          unit: 'ms',
          goal: { atMost: 1000 },
        },
        {
          metric: '... depth grows by',
          ours: largest([...atOnce, ...silent].map((one) => one.grown)),
          unit: '',
          goal: { atMost: 0 },
        },
        {
          metric: '... share of orphans that asked the root',
          ours: largest(atOnce.map((one) => one.askedRoot)),
          unit: '',
          goal: { atMost: 0.01 },
        },
      ]
      if (silent.length === 0) return rows
      return [
        ...rows,
        {
          metric: '... dead without a word: p99 of orphans, from death, 3 s to notice included',
          ours: largest(silent.map((one) => one.fromDeathMs)),
          unit: 'ms',
          goal: { atMost: 4000 },
        },
      ]
    })
