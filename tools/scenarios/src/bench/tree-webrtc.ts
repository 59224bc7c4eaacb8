// The tree over real links: a process for each node, tabs beside, and nodes killed with SIGKILL.
import { Command } from 'commander'
import { growAndKill } from '../tree/webrtc.ts'
import { report } from './table.ts'

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
const outcome = await growAndKill({ processes, tabs, maxDegree: degree, kills, seed })
report([
  {
    metric: `WebRTC, ${processes} processes and ${tabs} tabs, maxDegree ${degree}: joined`,
    ours: outcome.joined,
    unit: '',
    goal: { atLeast: processes + tabs },
  },
  { metric: '... until the last is in', ours: outcome.joinedMs / 1000, unit: 's' },
  {
    metric: `... ${outcome.killed} interior nodes killed: survivors attached`,
    ours: outcome.attached,
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
