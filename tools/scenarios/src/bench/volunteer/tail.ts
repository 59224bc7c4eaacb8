import { hedgeAtTail } from '@pigeon/volunteer'
import { VirtualCrowd } from '../../volunteer/virtual.ts'
import type { BenchRow } from '../table.ts'
import { type Section, upTo, wrong } from './section.ts'

const [WORKERS, COUNT, TASK_MS] = [20, 1000, 200]

/** How many times slower the straggler is. */
const SLOWER = 100

/** One worker takes a hundred times as long: how long that holds up all. */
export const tail: Section = async ({ seed }) => {
  const took = async (straggles: boolean, isHedged: boolean): Promise<number> => {
    const crowd = new VirtualCrowd(seed, WORKERS, (worker) => ({
      ms: straggles && worker === 0 ? SLOWER * TASK_MS : TASK_MS,
      compute: (index) => 2 * index,
    }))
    const job = crowd.volunteer.map<number, number>(upTo(COUNT), {
      code: '',
      ...(isHedged && { hedge: hedgeAtTail() }),
    })
    const { results, ms } = await crowd.finish(job)
    if (
      wrong(
        results,
        upTo(COUNT).map((index) => 2 * index),
      ) > 0
    )
      throw new Error(`seed ${seed}`)
    return ms / 1000
  }
  const even = await took(false, false)
  const hedged = await took(true, true)
  const plain = await took(true, false)
  const rows: BenchRow[] = [
    { metric: `${COUNT} tasks, ${WORKERS} workers, none slow`, ours: even, unit: 's' },
    {
      metric: `... one ${SLOWER} times slower, hedged`,
      ours: hedged,
      peer: plain,
      peerName: 'not hedged',
      unit: 's',
      goal: { atMost: 1.5 * even },
    },
  ]
  return rows
}
