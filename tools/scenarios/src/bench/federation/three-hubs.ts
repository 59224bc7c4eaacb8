import { setTimeout as sleep } from 'node:timers/promises'
import { Child } from '../mesh/child.ts'
import type { PeerCommands } from '../mesh/peer-process.ts'
import { makePrograms } from '../mesh/programs.ts'
import type { System } from '../mesh/systems.ts'
import type { HubCommands } from './three-hubs-process.ts'

const HUBS = 3
const PEERS_EACH = 2

/** Hubs say within this that they have migrated, or they are taken as they are, ms. */
const MIGRATED_MS = 40_000

/** Peers have so long to find and link each other, ms. */
const SETTLE_MS = 12_000

/** A message that has not come by then is lost, ms. */
const LOST_MS = 5000

/** What came of the documents' example. */
export interface ThreeHubs {
  /** Of all pairs of (broadcast, other peer) the share that met, 0 to 1; peers joined at once. */
  readonly before: number
  /** The same, with peers that joined once the hubs had migrated, and those from before. */
  readonly after: number
  /** Hubs that say they have. */
  readonly migrated: number
}

/**
 * The documents' example: a first hub, and two that it introduces to each other; two peers at each.
 * When the hubs have left their WebSockets, as many peers join again.
 */
export async function measureThreeHubs(system: System): Promise<ThreeHubs> {
  const programs = await makePrograms()
  const all: { end(): Promise<unknown> }[] = []
  const keep = <C extends { end(): Promise<unknown> }>(child: C): C => {
    all.push(child)
    return child
  }
  try {
    const hubs = Array.from({ length: HUBS }, () =>
      keep(new Child<HubCommands>(programs.threeHubs, [system])),
    )
    const urls: string[] = []
    for (const hub of hubs) urls.push(await hub.call('start', urls.slice(0, 1)))
    const peers: Child<PeerCommands>[] = []
    const joinEach = async (): Promise<void> => {
      const fresh = urls.flatMap((url) => Array.from({ length: PEERS_EACH }, () => url))
      for (const url of fresh) {
        const peer = keep(new Child<PeerCommands>(programs.peer, [system]))
        await peer.call('prepare', url, PEERS_EACH * HUBS * 2)
        await peer.call('join')
        peers.push(peer)
      }
      await sleep(SETTLE_MS)
    }
    await joinEach()
    const before = await broadcast(peers)
    const isLate = performance.now() + MIGRATED_MS
    let migrated = 0
    while (performance.now() < isLate && migrated < HUBS) {
      const said = await Promise.all(hubs.map((hub) => hub.call('hasMigrated')))
      migrated = said.filter(Boolean).length
      await sleep(500)
    }
    await joinEach()
    return { before, after: await broadcast(peers), migrated }
  } finally {
    await Promise.all(all.map((child) => child.end()))
  }
}

let round = 0

/** Each tells all. @returns the share that came */
async function broadcast(peers: readonly Child<PeerCommands>[]): Promise<number> {
  round++
  const counts = async (): Promise<number> => {
    const all = await Promise.all(peers.map((peer) => peer.call('glance')))
    return all.reduce((sum, { received }) => sum + received, 0)
  }
  const had = await counts()
  for (const [index, peer] of peers.entries()) {
    await peer.call('broadcast', `${round} from ${index}`)
    await sleep(50)
  }
  await sleep(LOST_MS)
  return ((await counts()) - had) / (peers.length * (peers.length - 1))
}
