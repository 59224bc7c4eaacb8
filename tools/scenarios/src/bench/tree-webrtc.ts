// The tree over real links: a process for each node, tabs beside, and nodes killed with SIGKILL.
import { Command } from 'commander'
import { genetVersion } from '../tree/genet-module.ts'
import { GENET, growAndKill } from '../tree/webrtc.ts'
import { report } from './table.ts'

/** It mends nothing, as far as is known; so long it is given to show that it does, ms. */
const GENET_PATIENCE_MS = 20_000

const program = new Command('bench -- tree-webrtc')
  .option('--processes <count>', 'nodes, one process each', Number, 50)
  .option('--tabs <count>', 'nodes in tabs of Chromium', Number, 3)
  .option('--degree <count>', 'children of a node at most', Number, 4)
  .option('--kills <count>', 'interior nodes that are killed', Number, 5)
  .option('--seed <number>', 'decides which', Number, 1)
  .parse()

const { processes, tabs, degree, kills, seed } = program.opts<{
  processes: number
  tabs: number
  degree: number
  kills: number
  seed: number
}>()
const shape = { processes, maxDegree: degree, kills, seed }
const outcome = await growAndKill({ ...shape, tabs })
const genet = genetVersion()
const others =
  genet === undefined
    ? undefined
    : await growAndKill({ ...shape, tabs: 0, system: GENET, patienceMs: GENET_PATIENCE_MS })
const peerName = `webrtc-tree-overlay ${genet}, no tabs`

/** What npm webrtc-tree-overlay did, if it is installed. */
function beside(peer: number | undefined): { peer: number; peerName: string } | undefined {
  return peer === undefined ? undefined : { peer, peerName }
}

report([
  {
    metric: `WebRTC, ${processes} processes and ${tabs} tabs, maxDegree ${degree}: joined`,
    ours: outcome.joined,
    ...beside(others?.joined),
    unit: '',
    goal: { atLeast: processes + tabs },
  },
  {
    metric: '... until the last is in',
    ours: outcome.joinedMs / 1000,
    unit: 's',
    ...beside(others && others.joinedMs / 1000),
  },
  {
    metric: `... ${outcome.killed} interior nodes killed: survivors attached`,
    ours: outcome.attached,
    ...beside(others?.attached),
    unit: '',
    goal: { atLeast: outcome.survivors },
  },
  {
    metric: '... after',
    ours: outcome.attachedMs / 1000,
    unit: 's',
    goal: { atMost: 6 },
  },
])
process.exit(process.exitCode ?? 0)
