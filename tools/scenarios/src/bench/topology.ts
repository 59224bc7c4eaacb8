// Whom peers link with: joins, deaths, hops and what it costs, beside PeerPigeon's rule.
// npm run bench -- topology [--seeds 20] [--from-seed 1] [--only 100/8,1000/12] [--alone] [--each]
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError } from 'commander'
import { report } from './table.ts'
import type { Job, JobResult } from './topology/job.ts'
import { inProcesses } from './topology/pool.ts'
import { type Config, rowsOf } from './topology/rows.ts'

const CONFIGS: readonly Config[] = [
  ...[20, 50, 100, 200].flatMap((peers) => [3, 5, 8].map((maxPeers) => ({ peers, maxPeers }))),
  { peers: 1000, maxPeers: 12 },
]

/** From this size on there is a tenth of the seeds, and nobody beside. */
const LARGE = 1000

const JOB = fileURLToPath(new URL('./topology/job.ts', import.meta.url))

function count(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new InvalidArgumentError('a whole number from 1, please')
}

interface Options {
  readonly seeds: number
  readonly fromSeed: number
  readonly only?: string
  readonly alone?: true
  readonly each?: true
}

const options = new Command('topology')
  .option('--seeds <number>', 'networks of each kind', count, 20)
  .option('--from-seed <number>', 'the first seed', count, 1)
  .option('--only <configs>', 'peers/links, several with commas')
  .option('--alone', 'without the other rule')
  .option('--each', 'prints what came of each network')
  .parse()
  .opts<Options>()

const nameOf = ({ peers, maxPeers }: Config) => `${peers}/${maxPeers}`
const wanted = options.only?.split(',')
const configs = CONFIGS.filter((config) => wanted?.includes(nameOf(config)) ?? true)

/** Each seed joins in a burst and one by one; every second seed loses its hub the other way round. */
function jobsOf(config: Config): Job[] {
  const isLarge = config.peers >= LARGE
  const seeds = isLarge ? Math.max(1, Math.ceil(options.seeds / 10)) : options.seeds
  return Array.from({ length: seeds }, (_, index) => options.fromSeed + index).flatMap((seed) => {
    const [one, other] = seed % 2 === 1 ? (['up', 'down'] as const) : (['down', 'up'] as const)
    const common = { ...config, seed, directMessages: 100 }
    const beside = !isLarge && !options.alone
    return [
      { options: { ...common, pattern: 'burst', hub: one }, beside },
      { options: { ...common, pattern: 'one-by-one', hub: other }, beside },
    ]
  })
}

const results: JobResult[] = []
// The smallest first: what fails is seen soon.
const jobs = configs.flatMap(jobsOf).sort((a, b) => a.options.peers - b.options.peers)
await inProcesses<Job, JobResult>(JOB, jobs, (result) => {
  results.push(result)
  if (options.each) console.log(JSON.stringify(result))
})
report(
  configs.flatMap((config) =>
    rowsOf(
      config,
      results.filter(({ ours }) => nameOf(ours.options) === nameOf(config)),
    ),
  ),
)
