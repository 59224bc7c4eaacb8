import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { BenchRow } from '../table.ts'
import { type Section, VALUE_BYTES } from './section.ts'

const run = promisify(execFile)

/** What a program is to measure, in real time. */
export interface Workload {
  readonly peers: number
  readonly records: number
  readonly gets: number
  readonly bytes: number
}

/** What a program measured, per get. */
interface Measured {
  readonly found: number
  readonly cpuMicros: number
  readonly messages?: number
  /** Processor time of one peer that does nothing, ms a second. */
  readonly idleMillis?: number
}

const OURS = new URL('./cpu-program.ts', import.meta.url)
const BITTORRENT = new URL('../../../../peers/bittorrent-dht/measure.mjs', import.meta.url)
const KAD = new URL('../../../../peers/kad-dht/measure.mjs', import.meta.url)

async function measure(program: URL, workload: object): Promise<Measured | undefined> {
  const path = fileURLToPath(program)
  const isOurs = path.endsWith('.ts')
  if (!isOurs && !existsSync(new URL('node_modules', program))) return undefined
  try {
    const flags = isOurs ? ['--import', 'tsx'] : []
    const { stdout } = await run('node', [...flags, path, JSON.stringify(workload)])
    return JSON.parse(stdout.trim().split('\n').at(-1) as string)
  } catch (error) {
    console.error(`${path}: ${error instanceof Error ? error.message.slice(0, 500) : error}`)
    return undefined
  }
}

/** The same gets over other tables, in processes of their own, one after the other. */
export const compare: Section = async () => {
  const workload: Workload = { peers: 100, records: 50, gets: 400, bytes: VALUE_BYTES }
  const ours = await measure(OURS, { ...workload, cap: 8 })
  if (ours === undefined) throw new Error('the measurement of the table itself failed')
  const bittorrent = await measure(BITTORRENT, workload)
  const kad = await measure(KAD, { ...workload, peers: 50, records: 20, gets: 60 })
  const others = [
    ['bittorrent-dht 11, UDP, N = 100', bittorrent],
    ['kad-dht 16.4, k = 8, N = 50', kad],
  ] as const
  const rows: BenchRow[] = []
  const add = (metric: string, key: keyof Measured, unit: string, goal: BenchRow['goal']) => {
    const row = { metric, ours: ours[key] ?? Number.NaN, unit, ...(goal && { goal }) }
    const measured = others.flatMap(([peerName, one]) =>
      one?.[key] === undefined ? [] : [{ ...row, peer: one[key], peerName }],
    )
    rows.push(...(measured.length > 0 ? measured : [row]))
  }
  add('real time, N = 100, at most 8 links, real signatures: gets that found', 'found', '', {
    atLeast: 1,
  })
  add('... processor time of a get', 'cpuMicros', 'us', { atMost: 1000 })
  add('... messages of a get', 'messages', '', undefined)
  add('... processor time of an idle peer, a second', 'idleMillis', 'ms', { atMost: 0.2 })
  return rows
}
