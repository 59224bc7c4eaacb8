import { availableParallelism } from 'node:os'
import { Crowd } from '../../volunteer/crowd.ts'
import { TASKS } from '../../volunteer/tasks.ts'
import type { BenchRow } from '../table.ts'
import { type Section, type SectionOptions, upTo, wrong } from './section.ts'

/** Numbers of one Collatz task, and tasks. */
const CHUNK = 4000
const CHUNKS = 600

/** Rows of the picture, and points of each. */
const SIZE = 800

/** What a task waits, ms, and how many of them for each worker. */
const WAIT_MS = 100
const WAITS = 40

interface Workload {
  readonly name: string
  readonly task: keyof typeof TASKS
  readonly inputs: readonly unknown[]
}

const WORKLOADS: readonly Workload[] = [
  {
    name: 'Collatz',
    task: 'collatz',
    inputs: upTo(CHUNKS).map((chunk) => ({ from: 1 + chunk * CHUNK, to: 1 + (chunk + 1) * CHUNK })),
  },
  {
    name: 'Mandelbrot',
    task: 'mandelbrot',
    inputs: upTo(SIZE).map((row) => ({ row, size: SIZE })),
  },
]

/** All inputs by one core, in this process. @returns tasks a second, and the results */
function alone({ task, inputs }: Workload): { rate: number; results: unknown[] } {
  const run = TASKS[task].run as (input: unknown) => unknown
  // The second time it is compiled.
  inputs.slice(0, 50).map(run)
  const from = performance.now()
  const results = inputs.map(run)
  return { rate: (1000 * inputs.length) / (performance.now() - from), results }
}

async function together(
  crowd: Crowd,
  { task, inputs }: Omit<Workload, 'name'>,
): Promise<{ rate: number; results: unknown[]; dead: number; lost: number }> {
  const results: unknown[] = []
  const from = performance.now()
  const job = crowd.volunteer.map(inputs, { code: TASKS[task].code })
  for await (const result of job) results.push(result)
  const rate = (1000 * inputs.length) / (performance.now() - from)
  const { dead, lost } = job.stats
  return { rate, results, dead, lost }
}

async function withProcesses(
  count: number,
  single: ReadonlyMap<Workload, ReturnType<typeof alone>>,
) {
  const crowd = await Crowd.gather(count)
  const rows: BenchRow[] = []
  const cores = Math.min(count, availableParallelism())
  try {
    const waits = upTo(WAITS * count).map(() => WAIT_MS)
    await together(crowd, { task: 'wait', inputs: waits.slice(0, 10 * count) })
    const waiting = await together(crowd, { task: 'wait', inputs: waits })
    const ideal = (1000 * count) / WAIT_MS
    rows.push({
      metric: `tasks that wait ${WAIT_MS} ms, ${count} processes: share of the ideal`,
      ours: waiting.rate / ideal,
      unit: '',
    })
    for (const [workload, one] of single) {
      const all = await together(crowd, workload)
      rows.push(
        {
          metric: `${workload.name}, ${count} processes on ${cores} cores, to one core`,
          ours: all.rate,
          peer: one.rate,
          peerName: 'one core',
          unit: 'tasks/s',
        },
        {
          metric: '... to the sum of cores',
          ours: all.rate / (cores * one.rate),
          unit: '',
        },
        {
          metric: `... results that differ, or are missing; ${all.lost} lost on the way, ${all.dead} put aside`,
          ours: wrong(all.results, one.results),
          unit: '',
          goal: { atMost: 0 },
        },
      )
    }
  } finally {
    await crowd.end()
  }
  return rows
}

/** Worker processes over WebRTC beside one core. */
export const speed: Section = async ({ processes }: SectionOptions) => {
  const single = new Map(WORKLOADS.map((workload) => [workload, alone(workload)]))
  const rows: BenchRow[] = []
  for (const count of processes) rows.push(...(await withProcesses(count, single)))
  return rows
}
