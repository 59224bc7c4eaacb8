import { Simulation } from '@pigeon/simulator'
import { ClosestIndex, type PeerId } from '@pigeon/xor'
import { type BuiltClient, BuiltHubs } from '../../federation/build-hubs.ts'

/** Neighbours on each side of the ring that a member has to know. */
const EACH_SIDE = 4

/** Joins a second. */
const JOIN_RATE = 200

/** Pairs that send each other something. */
const PAIRS = 2000

/** What a network of so many hubs costs. */
export interface Growth {
  readonly hubs: number
  readonly clients: number
  /** Of all ring neighbours of all members, the part that each was told of. */
  readonly discovered: number
  /** Messages between hubs for one join, begun by a hub. */
  readonly perJoin: number
  /** Names told to clients for one join. */
  readonly named: number
  /** Links on the way from hub to hub, mean and most. */
  readonly hops: number
  readonly maxHops: number
  /** Claims kept by one hub, mean, and the most of any as a multiple of it. */
  readonly claims: number
  readonly balance: number
  /** Messages a second and hub while nothing happens. */
  readonly idle: number
  /** Of messages between members of different hubs, those that came exactly once. */
  readonly delivered: number
}

/** Lets clients join a network of hubs that has found itself, and counts. */
export function measureGrowth(hubs: number, clients: number, seed: number): Growth {
  const simulation = new Simulation({ seed })
  const built = new BuiltHubs(simulation, { hubs, isMesh: true, maxPeers: hubs > 20 ? 5 : 3 })
  const found = simulation.runUntil(() => built.isWhole && built.hasMigrated, 300_000, 100)
  if (!found) throw new Error(`seed ${seed}: ${hubs} hubs did not become one mesh`)
  simulation.runFor(20_000)
  const before = counted(built)
  for (let index = 0; index < clients; index++) {
    built.join(index % hubs)
    simulation.runFor(1000 / JOIN_RATE)
  }
  simulation.runFor(3000)
  const joined = counted(built)
  const joinSeconds = clients / JOIN_RATE + 3
  simulation.runFor(20_000)
  const quiet = counted(built)
  const idle = (quiet.messages - joined.messages) / 20
  const perJoin = (joined.messages - before.messages - idle * joinSeconds) / clients
  const named = built.hubs.reduce((sum, { hub }) => sum + hub.getStats().named, 0) / clients
  const claims = built.hubs.map(({ node }) => node.getStats().claims)
  const mean = claims.reduce((sum, each) => sum + each, 0) / hubs
  const hops = built.hubs.flatMap(({ node }) => node.hubs.map((each) => each.hops))
  return {
    ...{ hubs, clients, perJoin, named, claims: mean, idle: idle / hubs },
    discovered: discovered(built.clients),
    hops: hops.reduce((sum, each) => sum + each, 0) / hops.length,
    maxHops: Math.max(...hops),
    balance: Math.max(...claims) / mean,
    delivered: exchange(built),
  }
}

function counted({ hubs }: BuiltHubs): { messages: number } {
  const messages = hubs.reduce((sum, { node }) => {
    const { directoryMessages, parcels } = node.getStats()
    return sum + directoryMessages + parcels
  }, 0)
  return { messages }
}

/** The part of all ring neighbours that members were told of, whoever came first. */
function discovered(clients: readonly BuiltClient[]): number {
  const index = new ClosestIndex(clients.map(({ id }) => id))
  let wanted = 0
  let known = 0
  for (const client of clients) {
    const ring = new Set<PeerId>([
      ...index.successors(client.id, EACH_SIDE),
      ...index.predecessors(client.id, EACH_SIDE),
    ])
    for (const id of ring) {
      wanted++
      if (client.known.has(id)) known++
    }
  }
  return known / wanted
}

function exchange({ clients, simulation }: BuiltHubs): number {
  const random = simulation.random('pairs')
  const pairs = Array.from({ length: PAIRS }, (_, index) => {
    const [from, to] = [
      clients[random.below(clients.length)],
      clients[random.below(clients.length)],
    ]
    return { from: from as BuiltClient, to: to as BuiltClient, text: `message ${index}` }
  }).filter(({ from, to }) => from.home !== to.home)
  for (const { from, to, text } of pairs) {
    from.client.send(
      to.id,
      Uint8Array.from(text, (letter) => letter.charCodeAt(0)),
    )
    simulation.runFor(2)
  }
  simulation.runFor(10_000)
  const once = pairs.filter(({ to, text }) => to.heard.filter((each) => each === text).length === 1)
  return once.length / pairs.length
}
