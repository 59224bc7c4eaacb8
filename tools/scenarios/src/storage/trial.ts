import { SimulatedNetwork, Simulation } from '@pigeon/simulator'
import { type PeerId, peerIdFromName } from '@pigeon/xor'
import { Dice } from './dice.ts'
import { COMPARE_MS, Member } from './member.ts'

const MEMBERS = 6
const STEPS = 60
const STEP_MS = 500

/** What came of one trial. */
export interface Trial {
  readonly seed: number
  readonly entries: number
  readonly accepted: number
  readonly crashes: number
  /** What is not as it should be. */
  readonly problems: readonly string[]
}

/**
 * Six people write, grant and revoke while frames are lost (30 %), doubled and overtaken, the
 * network is split and machines crash; then all of it ends, and two rounds of comparison later
 * everybody has the same.
 */
export async function storageTrial(seed: number): Promise<Trial> {
  const simulation = new Simulation({ seed })
  const network = new SimulatedNetwork(simulation, { latency: 20 })
  const dice = new Dice(simulation.random('storage trial'))
  let isShaky = true
  const members: Member[] = []
  for (let number = 0; number < MEMBERS; number++) {
    const id = peerIdFromName(`member ${number}`)
    members.push(await Member.make(id, network, dice, () => isShaky))
  }
  const [creator] = members as [Member]
  await creator.begin()
  for (const member of members.slice(1)) await creator.space.grant(member.keys, 'write')
  for (const member of members.slice(1)) await member.begin(creator.space)
  network.lose(0.3)
  let crashes = 0
  for (let step = 0; step < STEPS; step++) {
    linkAll(network, members)
    if (step % 10 === 3) split(network, members, dice)
    if (step % 10 === 8) network.heal()
    await simulation.runUntilAsync(() => false, STEP_MS)
    for (const member of members) {
      if (dice.chance(0.5)) await member.act(members)
      if (dice.chance(0.02)) {
        crashes++
        await member.crash()
      }
    }
  }
  isShaky = false
  network.lose(0)
  network.heal()
  linkAll(network, members)
  // A comparison comes within 1.25 x its interval; links that were split may take 6 s to notice.
  for (let round = 0; round < 2; round++) {
    await simulation.runUntilAsync(() => false, COMPARE_MS * 1.3)
    linkAll(network, members)
  }
  await simulation.runUntilAsync(() => false, 2000)
  const problems = await differences(members)
  const { authority } = creator.space.log
  return { seed, entries: authority.size, accepted: authority.accepted.size, crashes, problems }
}

function linkAll(network: SimulatedNetwork, members: readonly Member[]): void {
  for (const [at, { id: a }] of members.entries()) {
    for (const { id: b } of members.slice(at + 1)) {
      if (!network.transport(a).neighbours.has(b)) connect(network, a, b)
    }
  }
}

function connect(network: SimulatedNetwork, a: PeerId, b: PeerId): void {
  if (network.transport(b).neighbours.has(a)) network.disconnect(b, a)
  network.connect(a, b)
}

function split(network: SimulatedNetwork, members: readonly Member[], dice: Dice): void {
  const groups: PeerId[][] = [[], []]
  for (const { id } of members) (groups[dice.below(2)] as PeerId[]).push(id)
  network.partition(groups)
}

async function differences(members: readonly Member[]): Promise<string[]> {
  const problems: string[] = []
  const [first] = members as [Member]
  await Promise.all(members.map(({ space }) => space.idle))
  for (const [number, member] of members.entries()) {
    try {
      member.checkNumbers()
    } catch (error) {
      problems.push(`member ${number} signed ${(error as Error).message}`)
    }
    if (member.entries !== first.entries) {
      problems.push(`member ${number} has ${member.entries} entries, the first ${first.entries}`)
    }
    const { role } = member.space
    if (role === undefined || role === 'relay') continue
    if (member.describe() !== first.describe())
      problems.push(`member ${number} sees another content`)
  }
  return problems
}
