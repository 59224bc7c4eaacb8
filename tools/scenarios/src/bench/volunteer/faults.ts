import { Simulation } from '@pigeon/simulator'
import { quorum } from '@pigeon/volunteer'
import { Crowd } from '../../volunteer/crowd.ts'
import { TASKS } from '../../volunteer/tasks.ts'
import { VirtualCrowd } from '../../volunteer/virtual.ts'
import type { BenchRow } from '../table.ts'
import { type Section, upTo, wrong } from './section.ts'

const COUNT = 1000

/** Processes that compute, and the share of them that is killed midway. */
const PROCESSES = 20
const KILLED = 0.3

/** What each task of those waits, ms, and how many there are. */
const WAIT_MS = 50
const WAITS = 6000

const twice = (index: number): number => 2 * index

/** A task that always throws. */
async function poison(seed: number): Promise<BenchRow[]> {
  const compute = (index: number) => {
    if (index === 500) throw new Error('poison')
    return twice(index)
  }
  const crowd = new VirtualCrowd(seed, 20, () => ({ ms: 100, compute }))
  const job = crowd.volunteer.map<number, number>(upTo(COUNT), { code: '' })
  const { results } = await crowd.finish(job)
  const tries = crowd.workers.flatMap(({ begun }) => begun).filter((index) => index === 500).length
  const wanted = upTo(COUNT).filter((index) => index !== 500)
  return [
    { metric: 'a poison task: tries', ours: tries, unit: '', goal: { atMost: 3 } },
    {
      metric: '... dead letters',
      ours: job.deadLetters.length,
      unit: '',
      goal: { atLeast: 1 },
    },
    {
      metric: '... other results that differ, or are missing',
      ours: wrong(results, wanted.map(twice)),
      unit: '',
      goal: { atMost: 0 },
    },
  ]
}

/** A worker that lies, where two must agree. */
async function liar(seed: number): Promise<BenchRow[]> {
  const crowd = new VirtualCrowd(seed, 20, (worker) => ({
    ms: 100,
    compute: worker === 3 ? () => 666 : twice,
  }))
  const job = crowd.volunteer.map<number, number>(upTo(COUNT), { code: '', validation: quorum() })
  const { results } = await crowd.finish(job)
  return [
    {
      metric: 'a worker that lies, quorum of 2: wrong results',
      ours: wrong(results, upTo(COUNT).map(twice)),
      unit: '',
      goal: { atMost: 0 },
    },
    {
      metric: '... found',
      ours: job.suspects.includes(crowd.workers[3]?.id as never) ? 1 : 0,
      unit: '',
      goal: { atLeast: 1 },
    },
    { metric: '... copies for each task', ours: job.stats.copies / COUNT, unit: '' },
  ]
}

/** Processes killed with SIGKILL while they compute, over WebRTC. */
async function kills(seed: number): Promise<BenchRow[]> {
  const crowd = await Crowd.gather(PROCESSES)
  try {
    const inputs = upTo(WAITS).map((index) => WAIT_MS + (index % 7))
    const victims = new Simulation({ seed }).random('kill').shuffled([...crowd.workers])
    const job = crowd.volunteer.map<number, number>(inputs, { code: TASKS.wait.code })
    const results: number[] = []
    const killing: Promise<void>[] = []
    for await (const result of job) {
      results.push(result)
      if (results.length === WAITS / 3) {
        for (const one of victims.slice(0, KILLED * PROCESSES)) killing.push(one.end())
      }
    }
    await Promise.all(killing)
    return [
      {
        metric: `${PROCESSES} processes over WebRTC, ${killing.length} killed midway: results that differ, or are missing`,
        ours: wrong(results, inputs),
        unit: '',
        goal: { atMost: 0 },
      },
      { metric: '... put aside', ours: job.stats.dead, unit: '', goal: { atMost: 0 } },
      { metric: '... until the last', ours: job.stats.elapsedMs / 1000, unit: 's' },
    ]
  } finally {
    await crowd.end()
  }
}

/** What jobs survive. */
export const faults: Section = async ({ seed }) => [
  ...(await poison(seed)),
  ...(await liar(seed)),
  ...(await kills(seed)),
]
