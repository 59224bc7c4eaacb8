import type { BenchRow } from '../table.ts'
import { Field } from './field.ts'
import { judge, sum } from './measure.ts'
import { atWorst, MESSAGE_BYTES, type Section, signed, warmUp, worst } from './section.ts'

const GOAL = { atMost: 1.8 }

/** How much later than with a flood a message is everywhere. */
export const latency: Section = ({ seeds }) => {
  const runs = seeds.map((seed) => {
    const field = new Field({ seed, peers: 1000, degree: 6, gossip: signed })
    warmUp(field)
    const messages = field.publishMany(60, 333, MESSAGE_BYTES)
    field.simulation.runFor(2000)
    return judge(field, messages)
  })
  return [
    {
      metric: 'N = 1,000, degree 6: p50, flooding = 1',
      ours: worst(runs.map(({ p50, flood50 }) => p50 / flood50)),
      unit: 'x',
      goal: GOAL,
    },
    {
      metric: '... p99',
      ours: worst(runs.map(({ p99, flood99 }) => p99 / flood99)),
      unit: 'x',
      goal: GOAL,
    },
  ]
}

/** Twenty publish at once where nobody has published before. */
export const cold: Section = ({ seeds }) =>
  [200, 1000].flatMap((peers): BenchRow[] => {
    const runs = seeds.map((seed) => {
      const field = new Field({ seed, peers, degree: 6, gossip: signed })
      field.simulation.runFor(1000)
      const burstAt = field.simulation.now
      for (let count = 0; count < 20; count++) {
        field.publish(field.random.below(peers), MESSAGE_BYTES)
      }
      field.simulation.runFor(1000)
      const next = [field.publish(field.random.below(peers), MESSAGE_BYTES)]
      field.simulation.run(burstAt + 5000)
      field.takeTraffic()
      const ten = field.publishMany(10, 333, MESSAGE_BYTES)
      field.simulation.runFor(2000)
      const { due, p99, flood99, delivered } = judge(field, ten)
      const first = judge(field, next)
      const all = judge(field, field.sent)
      return {
        missed: all.due - all.delivered + due - delivered,
        next: first.p99 / first.flood99,
        ten: p99 / flood99,
        copies: sum(field.takeTraffic()).copies / due,
      }
    })
    const at = `20 cold publishers, N = ${peers.toLocaleString('en-US')}`
    return [
      atWorst(
        `${at}: missed`,
        runs.map(({ missed }) => missed),
        '',
        0,
      ),
      {
        metric: '... p99 of the next message',
        ours: worst(runs.map(({ next }) => next)),
        unit: 'x',
        goal: GOAL,
      },
      {
        metric: '... p99 of ten from 5 s on',
        ours: worst(runs.map(({ ten }) => ten)),
        unit: 'x',
        goal: GOAL,
      },
      atWorst(
        '... copies of those',
        runs.map(({ copies }) => copies),
        '',
        1.1,
      ),
    ]
  })
