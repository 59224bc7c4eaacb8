import { createHash } from 'node:crypto'
import type { Browser } from 'playwright-core'
import type { Agent } from './agent.ts'
import { ourHub, type RunningHub, theirServer } from './hubs.ts'
import { type MixedOutcome, runMixedTrial, type Share } from './mixed-trial.ts'
import { nodeAgent } from './node-agent.ts'
import { pageAgent } from './page-agent.ts'
import { wireAgent } from './wire-agent.ts'

/** Three of theirs, one of them a page if there is a browser, and three of ours between them. */
async function threeOfEach(browser: Browser | undefined): Promise<Agent[]> {
  const third = browser === undefined ? nodeAgent() : await pageAgent(browser)
  return [nodeAgent(), wireAgent(), nodeAgent(), wireAgent(), third, wireAgent()]
}

async function sixOfTheirs(): Promise<Agent[]> {
  return Array.from({ length: 6 }, nodeAgent)
}

function idsOf(trial: number): string[] {
  return Array.from({ length: 6 }, (_, index) => {
    const name = `mixed ${trial} ${index}`
    return createHash('sha256').update(name).digest('hex').slice(0, 40)
  })
}

async function outcomes(
  name: string,
  times: number,
  startHub: () => Promise<RunningHub>,
  makePeers: () => Promise<Agent[]>,
): Promise<MixedOutcome[]> {
  const all: MixedOutcome[] = []
  for (let time = 1; time <= times; time++) {
    const [hub, agents] = await Promise.all([startHub(), makePeers()])
    const outcome = await runMixedTrial(hub, agents, idsOf(time))
    await Promise.all(agents.map((agent) => agent.end()))
    await hub.end()
    all.push(outcome)
    console.log(`${name}, trial ${time}: ${describe(outcome)}`)
  }
  return all
}

function describe({ wholeMs, broadcasts, withOurs, amongTheirs }: MixedOutcome): string {
  const whole = wholeMs === undefined ? 'not all joined' : `all joined in ${Math.round(wholeMs)} ms`
  const ours = withOurs.due === 0 ? '' : `, ${text(withOurs)} direct with ours`
  return `${whole}, ${text(broadcasts)} broadcasts${ours}, ${text(amongTheirs)} direct among theirs`
}

function text({ arrived, due }: Share): string {
  return `${arrived} of ${due}`
}

function sum(shares: readonly Share[]): number {
  const arrived = shares.reduce((total, share) => total + share.arrived, 0)
  return arrived / shares.reduce((total, share) => total + share.due, 0)
}

/**
 * Networks of three peers of npm `peerpigeon` and three of ours that speak as they do, at either server,
 * beside six of theirs at their own.
 * @returns what was not as it should be
 */
export async function mixedNetworks(
  times: number,
  browser: Browser | undefined,
): Promise<string[]> {
  const mixed = () => threeOfEach(browser)
  const servers = [
    ['our hub', ourHub],
    ['their server', theirServer],
  ] as const
  const alone = await outcomes('their server, 6 of theirs', times, theirServer, sixOfTheirs)
  const failures: string[] = []
  for (const [place, startHub] of servers) {
    const all = await outcomes(`${place}, 3 of theirs and 3 of ours`, times, startHub, mixed)
    for (const kind of ['broadcasts', 'withOurs'] as const) {
      const share = sum(all.map((outcome) => outcome[kind]))
      if (share < 1) failures.push(`${place}: ${(100 * share).toFixed(1)} % of ${kind}`)
    }
    const [here, there] = [all, alone].map((some) =>
      sum(some.map(({ amongTheirs }) => amongTheirs)),
    )
    if ((here ?? 0) < (there ?? 0)) {
      failures.push(
        `${place}: among theirs ${percent(here)}, beside ${percent(there)} without ours`,
      )
    }
  }
  return failures
}

function percent(share: number | undefined): string {
  return `${(100 * (share ?? 0)).toFixed(1)} %`
}
