// npm run bench -- mesh: real WebRTC between processes of this machine, ours and npm peerpigeon.
import { availableParallelism, loadavg } from 'node:os'
import { Command, InvalidArgumentError } from 'commander'
import { endChildrenWithUs } from './mesh/child.ts'
import { type Measured, measure, type Setting } from './mesh/measure.ts'
import { peerPigeonVersion } from './mesh/peerpigeon.ts'
import { makePrograms, type Programs } from './mesh/programs.ts'
import { rowsOf } from './mesh/rows.ts'
import { type BenchRow, report } from './table.ts'

/** PeerPigeon's default of `maxPeers`, and ours. */
const CAPS = [3, 8]

function atLeast(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (Number.isInteger(value) && value >= least) return value
    throw new InvalidArgumentError(`a whole number from ${least}, please`)
  }
}

function caps(text: string): number[] {
  return text.split(',').map(atLeast(1))
}

/** Measures one system, and says what does not fit into the table. */
async function run(programs: Programs, name: string, setting: Setting): Promise<Measured> {
  const started = performance.now()
  const measured = await measure(programs, setting)
  const seconds = Math.round((performance.now() - started) / 1000)
  const parts = measured.components.join(' + ')
  const where = `${name}, ${setting.peers} peers, maxPeers ${setting.maxPeers}`
  console.log(`${where}: parts of ${parts}, after ${seconds} s`)
  const codes = [...new Set(measured.failures)].map((code) => {
    return `${measured.failures.filter((each) => each === code).length} ${code}`
  })
  if (codes.length > 0) console.log(`  direct messages whose senders know: ${codes.join(', ')}`)
  return measured
}

const options = new Command('mesh')
  .description('Joins networks of real peers, each in a process of its own, and measures them')
  .option('--peers <number>', 'how many', atLeast(2), 20)
  .option('--caps <numbers>', 'values of maxPeers, with commas between', caps, CAPS)
  .option('--idle <seconds>', 'how long the hub is watched while nothing happens', atLeast(1), 60)
  .option('--alone', 'without the other system', false)
  .parse()
  .opts<{ peers: number; caps: number[]; idle: number; alone: boolean }>()

endChildrenWithUs()
const load = loadavg()[0]?.toFixed(1)
console.log(`${availableParallelism()} processors, load before ${load}: times depend on both`)
const programs = await makePrograms()
const version = options.alone ? undefined : peerPigeonVersion()
const theirName = `peerpigeon ${version}`
const rows: BenchRow[] = []
for (const maxPeers of options.caps) {
  const setting = { peers: options.peers, maxPeers, idleMs: options.idle * 1000 }
  const ours = await run(programs, 'pigeon', { ...setting, system: 'pigeon' })
  if (version === undefined) rows.push(...rowsOf(maxPeers, ours, undefined))
  else {
    const theirs = await run(programs, theirName, { ...setting, system: 'peerpigeon' })
    rows.push(...rowsOf(maxPeers, ours, { name: theirName, measured: theirs }))
  }
}
console.log('')
report(rows)
if (version === undefined && !options.alone) {
  console.log('peerpigeon could not be installed: its column is empty')
}
process.exit()
