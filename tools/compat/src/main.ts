// npm run test:compat: unmodified peers of npm peerpigeon at our hub, beside the same peers at its own server.
import { createHash } from 'node:crypto'
import { launchChromium } from '@pigeon-tools/browser'
import { Command, InvalidArgumentError } from 'commander'
import type { Browser } from 'playwright-core'
import type { Agent } from './agent.ts'
import { ourHub, ourHubs, type RunningHub, theirServer } from './hubs.ts'
import { mixedNetworks } from './mixed.ts'
import { nodeAgent } from './node-agent.ts'
import { pageAgent } from './page-agent.ts'
import { peerPigeonVersion } from './peerpigeon.ts'
import { pigeonAgent } from './pigeon-agent.ts'
import { storageClaims } from './storage.ts'
import { type Outcome, runTrial } from './trial.ts'

function count(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1) return value
  throw new InvalidArgumentError('a whole number from 1, please')
}

/** Whether all links came and all messages arrived. */
function isWhole({ meshedMs, arrived, due }: Outcome): boolean {
  return meshedMs !== undefined && arrived === due
}

function describe({ meshedMs, arrived, due }: Outcome): string {
  const links = meshedMs === undefined ? 'no full mesh' : `full mesh in ${Math.round(meshedMs)} ms`
  return `${links}, ${arrived} of ${due} messages`
}

/** The ids of a trial, in every order over the trials. */
function idsOf(trial: number, peers: number): string[] {
  return Array.from({ length: peers }, (_, index) => {
    const name = `${trial} ${(index + trial) % peers}`
    return createHash('sha256').update(name).digest('hex').slice(0, 40)
  })
}

async function trials(
  name: string,
  times: number,
  startHub: () => Promise<RunningHub>,
  makePeers: () => Promise<Agent[]>,
): Promise<number> {
  let whole = 0
  for (let time = 1; time <= times; time++) {
    const [hub, agents] = await Promise.all([startHub(), makePeers()])
    const outcome = await runTrial(hub, agents, idsOf(time, agents.length))
    await Promise.all(agents.map((agent) => agent.end()))
    await hub.end()
    if (isWhole(outcome)) whole++
    console.log(`${name}, trial ${time}: ${describe(outcome)}`)
  }
  return whole
}

const {
  trials: times,
  browser: withBrowser,
  storage: withStorage,
} = new Command('test:compat')
  .option('--trials <number>', 'of each kind', count, 3)
  .option('--no-browser', 'only peers in Node')
  .option('--no-storage', 'without what is promised of storage')
  .parse()
  .opts<{ trials: number; browser: boolean; storage: boolean }>()

const version = peerPigeonVersion()
if (version === undefined) {
  console.error('peerpigeon is not installed, so nothing was tested')
  process.exit(1)
}

const threeNodes = async (): Promise<Agent[]> => [nodeAgent(), nodeAgent(), nodeAgent()]
const threeOfOurs = async (): Promise<Agent[]> => [pigeonAgent(), pigeonAgent(), pigeonAgent()]
const failures: string[] = []
const ours = await trials('our hub, 3 Node peers', times, ourHub, threeNodes)
if (ours < times) failures.push(`3 Node peers at our hub: ${ours} of ${times}`)

const across = await trials('three of our hubs, 3 Node peers', times, ourHubs, threeNodes)
if (across < times) failures.push(`3 Node peers at three of our hubs: ${across} of ${times}`)

const away = await trials('their server, 3 peers of ours', times, theirServer, threeOfOurs)
if (away < times) failures.push(`3 peers of ours at their server: ${away} of ${times}`)

const browser: Browser | undefined = withBrowser ? await launchChromium({ mdns: false }) : undefined
if (browser !== undefined) {
  const mixed = async (): Promise<Agent[]> => [nodeAgent(), nodeAgent(), await pageAgent(browser)]
  const atOurs = await trials('our hub, 2 Node peers and a page', times, ourHub, mixed)
  const atTheirs = await trials('their server, 2 Node peers and a page', times, theirServer, mixed)
  if (atOurs < atTheirs) failures.push(`with a page: ${atOurs} at our hub, ${atTheirs} at theirs`)
}
failures.push(...(await mixedNetworks(times, browser)))
await browser?.close()

if (withStorage) {
  const broken = await storageClaims(`peerpigeon ${version}`)
  if (broken > 0) failures.push(`${broken} promises of storage do not hold here`)
}

for (const failure of failures) console.error(`FAILED ${failure}`)
if (failures.length === 0) console.log(`peerpigeon ${version} works with our hub`)
process.exit(failures.length === 0 ? 0 : 1)
