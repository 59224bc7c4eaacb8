import {
  type CrashNotice,
  type NetworkOptions,
  SimulatedNetwork,
  type SimulatedServer,
  type Simulation,
} from '@pigeon/simulator'
import { type PeerId, randomPeerId } from '@pigeon/xor'
import type { GossipMessage } from './frames.ts'
import { PeerPigeonHub } from './hub.ts'
import { PeerPigeonRule } from './rule.ts'

const HUB_URL = 'ws://peerpigeon.example'

/** How long messages get to arrive, in virtual time, ms. */
const MESSAGES_MS = 5000

/** How often to look whether they have, ms. */
const LOOK_EVERY_MS = 50

/** Options of {@link buildPeerPigeonNetwork}. */
export interface PeerPigeonNetworkOptions {
  /** How many; none of them is started yet. Their ids are those `buildNetwork` gives. */
  peers: number
  /** Connections a peer has at most. PeerPigeon's default, and the default here, is 3. */
  maxPeers?: number
  /** What lies between them. */
  network?: NetworkOptions
  /** One-way delay to the hub, ms. Default: as between any two hosts. */
  hubLatencyMs?: number
}

/** Peers that follow PeerPigeon's rule, named by their number from 0. */
export interface PeerPigeonNetwork {
  readonly ids: readonly PeerId[]
  readonly network: SimulatedNetwork
  /** Where the hub runs: `server.outage()`, `server.restore()`. */
  readonly server: SimulatedServer
  /** Starts a peer; after {@link kill} a new one with the same id. Does nothing if it runs. */
  start(index: number): void
  /** The peer dies, by default without a word. */
  kill(index: number, notice?: CrashNotice): void
  /** The numbers of those that were started and not killed. */
  running(): number[]
  /** Peers that this one has an open link with; none if it does not run. */
  links(index: number): ReadonlySet<PeerId>
  /** Messages the hub received and sent. */
  hubMessages(): number
  /**
   * Lets a peer broadcast, and time pass until it is everywhere, at most 5 s.
   * @returns the share of the others that run and got it, 0 to 1; 1 without others
   */
  broadcastReach(index: number): number
  /**
   * Lets `count` random pairs send a direct message, and time pass until all are there, at most
   * 5 s.
   * @returns the share that arrived, 0 to 1
   */
  directShare(count: number): number
}

/** Puts up a hub and peers; start them, then let the simulation run. */
export function buildPeerPigeonNetwork(
  simulation: Simulation,
  options: PeerPigeonNetworkOptions,
): PeerPigeonNetwork {
  const { peers: count, maxPeers = 3, hubLatencyMs } = options
  const network = new SimulatedNetwork(simulation, options.network)
  const hub = new PeerPigeonHub()
  const server = network.listen(
    HUB_URL,
    (socket) => hub.accept(socket),
    hubLatencyMs === undefined ? {} : { latencyMs: hubLatencyMs },
  )
  const idStream = simulation.random('ids')
  const ids = Array.from({ length: count }, () => randomPeerId(idStream))
  const pairs = simulation.random('pairs')
  const peers = new Map<number, PeerPigeonRule>()
  let arrived: GossipMessage[] = []

  const make = (index: number): PeerPigeonRule => {
    const self = ids[index]
    if (self === undefined) throw new RangeError(`there are ${count} peers, no number ${index}`)
    const host = network.host(self)
    if (host.state === 'down') host.restart()
    const { clock, random } = host
    const connector = network.connector(self)
    const connect = () => connector(HUB_URL, [])
    const links = network.links(self)
    const onMessage = (message: GossipMessage) => void arrived.push(message)
    return new PeerPigeonRule({ self, maxPeers, connect, links, clock, random, onMessage })
  }

  const share = (wanted: number): number => {
    simulation.runUntil(() => arrived.length >= wanted, MESSAGES_MS, LOOK_EVERY_MS)
    const got = arrived.length
    arrived = []
    return wanted === 0 ? 1 : got / wanted
  }

  return {
    ids,
    network,
    server,
    start(index) {
      if (peers.has(index)) return
      const peer = make(index)
      peers.set(index, peer)
      peer.start()
    },
    kill(index, notice = 'silence') {
      if (peers.delete(index)) network.host(ids[index] as PeerId).crash(notice)
    },
    running: () => [...peers.keys()],
    links: (index) => peers.get(index)?.links ?? new Set(),
    hubMessages: () => server.host.stats.messages + server.host.stats.messagesReceived,
    broadcastReach(index) {
      peers.get(index)?.gossip.publish()
      return share(peers.size - 1)
    },
    directShare(messages) {
      for (let message = 0; message < messages; message++) {
        const [from, to] = pairs.shuffled(peers.keys())
        if (from === undefined || to === undefined) return 1
        peers.get(from)?.gossip.publish(ids[to])
      }
      return share(messages)
    },
  }
}
