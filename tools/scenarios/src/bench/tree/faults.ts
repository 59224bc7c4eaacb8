import { Field } from '../../tree/field.ts'
import { genetOf } from './genet.ts'
import { largest, mean, ROOMY, type Section } from './section.ts'

const NODES = 1000

/** How many of a burst are in after one call, over direct links. */
function joined(seed: number, failing: number): number {
  const field = new Field({ seed, failing, tree: { ...ROOMY, relay: false } })
  field.root()
  let count = 0
  for (let index = 0; index < NODES; index++) {
    field.add().node.join((error) => {
      if (error === undefined) count++
    })
  }
  field.simulation.runFor(31_000)
  return count / NODES
}

/** How long after its root died a tree of 200 has another, ms. */
function succession(seed: number): { crownedMs: number; wholeMs: number } {
  const field = new Field({ seed, tree: ROOMY })
  const root = field.root()
  field.burst(200)
  const [standby] = field.burst(1, { standby: true })
  field.simulation.runFor(8000)
  field.crash(root)
  const at = field.simulation.now
  field.simulation.runUntil(() => standby?.node.isRoot ?? false, 60_000, 50)
  const crownedMs = field.simulation.now - at
  const whole = () => standby !== undefined && field.depths(standby).size === field.living().length
  field.simulation.runUntil(whole, 60_000, 200)
  return { crownedMs, wholeMs: field.simulation.now - at }
}

/** How long after a partition healed two trees are one, ms. */
function reunion(seed: number): number {
  const field = new Field({ seed, tree: ROOMY })
  const root = field.root()
  field.burst(200)
  const [standby] = field.burst(1, { standby: true })
  field.simulation.runFor(8000)
  const away = field.nodes.filter((one, at) => one !== standby && (one === root || at % 2 === 0))
  const here = field.nodes.filter((one) => !away.includes(one))
  field.trees.partition([here.map(({ id }) => id), away.map(({ id }) => id)])
  field.simulation.runFor(30_000)
  if (!standby?.node.isRoot || !root.node.isRoot) throw new Error(`seed ${seed}: not two roots`)
  field.trees.heal()
  const at = field.simulation.now
  const one = () =>
    field.nodes.filter(({ node }) => node.isRoot).length === 1 &&
    field.depths(standby).size === field.nodes.length
  field.simulation.runUntil(one, 120_000, 100)
  return field.simulation.now - at
}

/** Cuts every edge of a tree in turn, and kills nobody. @returns nodes that were not attached 10 s later, at most */
function cuts(seed: number): number {
  const field = new Field({ seed, tree: { ...ROOMY, maxDegree: 4 } })
  const root = field.root()
  field.burst(100)
  field.simulation.runFor(8000)
  const edges = field.nodes.flatMap(({ id, node }) =>
    [...node.children.keys()].map((child) => [id, child] as const),
  )
  let astray = 0
  for (const [parent, child] of edges) {
    field.trees.cut(parent, child)
    field.simulation.runFor(10_000)
    astray = Math.max(astray, field.nodes.length - field.depths(root).size)
    field.trees.mend(parent, child)
    field.simulation.runFor(1000)
  }
  return astray
}

/** Handshakes that fail, roots that die, links that break. */
export const faults: Section = ({ seeds, record }) => {
  const rows = [
    [0.15, 0.99],
    [0.44, 0.95],
  ].map(([failing = 0, least = 0]) => {
    const ours = seeds.map((seed) => joined(seed, failing))
    for (const [at, value] of ours.entries()) {
      record({ seed: seeds[at] as number, nodes: NODES, metric: `joined at ${failing}`, value })
    }
    const theirs = seeds.map(
      (seed) =>
        genetOf(seed, NODES, failing).nodes.filter(({ joinedAt = 1e9 }) => joinedAt < 30_000)
          .length / NODES,
    )
    return {
      metric: `N = ${NODES}, ${failing * 100} % of handshakes fail: joined in one call, direct links only`,
      ours: Math.min(...ours),
      peer: mean(theirs),
      peerName: 'Genet',
      unit: '',
      goal: { atLeast: least },
    }
  })
  const successions = seeds.map(succession)
  const reunions = seeds.map(reunion)
  for (const [at, { crownedMs }] of successions.entries()) {
    record({ seed: seeds[at] as number, nodes: 202, metric: 'crownedMs', value: crownedMs })
  }
  for (const [at, value] of reunions.entries()) {
    record({ seed: seeds[at] as number, nodes: 202, metric: 'reunionMs', value })
  }
  return [
    ...rows,
    {
      metric: 'root killed: standby in charge',
      ours: largest(successions.map(({ crownedMs }) => crownedMs)) / 1000,
      unit: 's',
      goal: { atMost: 15 },
    },
    {
      metric: '... and all attached to it',
      ours: largest(successions.map(({ wholeMs }) => wholeMs)) / 1000,
      unit: 's',
    },
    {
      metric: 'two roots after a partition: one again, with all, after healing',
      ours: largest(reunions) / 1000,
      unit: 's',
      goal: { atMost: 15 },
    },
    {
      metric: 'every edge of 100 nodes cut in turn: nodes not attached 10 s later',
      ours: largest(seeds.map(cuts)),
      unit: '',
      goal: { atMost: 0 },
    },
  ]
}
