import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Simulation } from '@pigeon/simulator'
import type { BenchRow } from '../table.ts'
import { type Edge, randomGraph } from './graph.ts'
import { MESSAGE_BYTES, type Section } from './section.ts'

const run = promisify(execFile)

/** What a program is to measure, in real time. */
export interface Workload {
  readonly peers: number
  readonly edges: readonly Edge[]
  readonly messages: number
  readonly everyMs: number
  readonly bytes: number
  readonly signed: boolean
}

/** What a program measured, per delivery. */
interface Measured {
  readonly delivered: number
  readonly copies: number
  readonly packets?: number
  readonly bytesPerByte?: number
  readonly cpuMicros: number
  readonly verificationMicros?: number
}

const PEERS = 100
const MESSAGES = 60

async function measure(program: URL, workload: Workload): Promise<Measured | undefined> {
  const path = fileURLToPath(program)
  const flags = path.endsWith('.ts') ? ['--import', 'tsx'] : []
  try {
    const input = JSON.stringify({ ...workload, sign: workload.signed })
    const { stdout } = await run('node', [...flags, path, input], { maxBuffer: 2 ** 26 })
    return JSON.parse(stdout.trim().split('\n').at(-1) as string)
  } catch (error) {
    console.error(`${path}: ${error instanceof Error ? error.message.slice(0, 500) : error}`)
    return undefined
  }
}

function workload(degree: number, everyMs: number, signed: boolean): Workload {
  const edges = randomGraph(PEERS, degree, new Simulation({ seed: 1 }).random('graph'))
  return { peers: PEERS, edges, messages: MESSAGES, everyMs, bytes: MESSAGE_BYTES, signed }
}

const OURS = new URL('./cpu-program.ts', import.meta.url)
const GOSSIPSUB = new URL('../../../../peers/gossipsub/measure.mjs', import.meta.url)
const PEERPIGEON = new URL('../../../../peers/peerpigeon/gossip.mjs', import.meta.url)

const isInstalled = (program: URL) => existsSync(new URL('node_modules', program))

/**
 * The same messages over GossipSub and PeerPigeon, in processes of their own, one after the other.
 * GossipSub's processor time is that of its whole stack, since it does not run without.
 */
export const compare: Section = async () => {
  const ours = await measure(OURS, workload(12, 100, true))
  const unsigned = await measure(OURS, workload(12, 100, false))
  const pigeon = isInstalled(PEERPIGEON)
    ? await measure(PEERPIGEON, workload(6, 100, false))
    : undefined
  const sub = isInstalled(GOSSIPSUB) ? await measure(GOSSIPSUB, workload(12, 333, true)) : undefined
  const subUnsigned = isInstalled(GOSSIPSUB)
    ? await measure(GOSSIPSUB, workload(12, 333, false))
    : undefined
  const rows: BenchRow[] = []
  const add = (
    metric: string,
    key: keyof Measured,
    unit: string,
    mine: Measured | undefined,
    theirs: readonly (readonly [string, Measured | undefined])[],
    goal?: BenchRow['goal'],
  ) => {
    if (mine === undefined) throw new Error('the measurement of gossip itself failed')
    const row = { metric, ours: mine[key] ?? Number.NaN, unit, ...(goal && { goal }) }
    const others = theirs.flatMap(([name, one]) =>
      one === undefined ? [] : [[name, one] as const],
    )
    if (others.length === 0) rows.push(row)
    for (const [peerName, one] of others) {
      rows.push({ ...row, peer: one[key] ?? Number.NaN, peerName })
    }
  }
  const names = { sub: 'gossipsub 17.1, degree 12', pigeon: 'PeerPigeon, degree 6' }
  add(
    'delivered, real time, N = 100, degree 12',
    'delivered',
    '',
    ours,
    [
      [names.sub, sub],
      [names.pigeon, pigeon],
    ],
    { atLeast: 1 },
  )
  add(
    '... payload copies per delivery',
    'copies',
    '',
    ours,
    [
      [names.sub, sub],
      [names.pigeon, pigeon],
    ],
    { atMost: 1.05 },
  )
  const verification = ours?.verificationMicros ?? Number.NaN
  add('... processor time per delivery, signed', 'cpuMicros', 'us', ours, [[names.sub, sub]], {
    atMost: 2 * verification,
  })
  rows.push({ metric: '... one native verification', ours: verification, unit: 'us' })
  add(
    '... processor time per delivery, unsigned',
    'cpuMicros',
    'us',
    unsigned,
    [
      [names.pigeon, pigeon],
      [names.sub, subUnsigned],
    ],
    pigeon && { atMost: pigeon.cpuMicros },
  )
  for (const [name, one] of [
    [names.sub, sub],
    [names.pigeon, pigeon],
  ] as const) {
    if (one === undefined) continue
    rows.push({
      metric: `${name}: bytes per payload byte`,
      ours: one.bytesPerByte ?? Number.NaN,
      unit: '',
    })
    rows.push({ metric: '... packets per delivery', ours: one.packets ?? Number.NaN, unit: '' })
  }
  return rows
}
