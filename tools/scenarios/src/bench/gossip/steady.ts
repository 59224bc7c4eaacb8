import type { BenchRow } from '../table.ts'
import { Field } from './field.ts'
import { judge, sum } from './measure.ts'
import { atWorst, MESSAGE_BYTES, mean, type Section, signed, worst } from './section.ts'

/** A quiet network of 100 peers with 12 links each: what a message costs. */
export const steady: Section = ({ seeds }) => {
  const runs = seeds.map((seed) => {
    const field = new Field({ seed, peers: 100, degree: 12, gossip: signed })
    field.simulation.runFor(40_000)
    field.takeTraffic()
    field.publishMany(10, 333, MESSAGE_BYTES)
    field.simulation.runFor(2000)
    const warm = sum(field.takeTraffic())
    // Half a minute, so that one beacon of the root is in it.
    const messages = field.publishMany(60, 500, MESSAGE_BYTES)
    field.simulation.runFor(2000)
    const traffic = field.takeTraffic()
    const total = sum(traffic)
    const { due, delivered } = judge(field, messages)
    const bytes = traffic.map((one) => one.bytes)
    return {
      delivered: delivered / due,
      doubles: field.doubles,
      copies: total.copies / due,
      bytes: total.bytes / due / MESSAGE_BYTES,
      packets: total.frames / due,
      busiest: worst(bytes) / mean(bytes),
      warmCopies: warm.copies / (10 * 99),
    }
  })
  const of = (key: keyof (typeof runs)[number]) => runs.map((run) => run[key])
  const at = 'N = 100, degree 12'
  const rows: BenchRow[] = [
    {
      metric: `${at}: delivered`,
      ours: Math.min(...of('delivered')),
      unit: '',
      goal: { atLeast: 1 },
    },
    { metric: '... twice', ours: worst(of('doubles')), unit: '', goal: { atMost: 0 } },
    atWorst('... payload copies per delivery', of('copies'), '', 1.05),
    atWorst('... bytes per payload byte, signed', of('bytes'), '', 1.4),
    atWorst('... packets per delivery', of('packets'), '', 5),
    {
      metric: '... bytes sent, busiest peer to mean, on average',
      ours: mean(of('busiest')),
      unit: 'x',
      goal: { atMost: 6.5 },
    },
    { metric: '... in the worst seed', ours: worst(of('busiest')), unit: 'x' },
    { metric: '... copies in the warm-up', ours: worst(of('warmCopies')), unit: '' },
  ]
  return rows
}
