import { Hub, type HubLimits } from '@pigeon/hub'
import {
  type NetworkOptions,
  type RandomStream,
  SimulatedNetwork,
  type SimulatedServer,
  type Simulation,
} from '@pigeon/simulator'
import { type PeerId, randomPeerId } from '@pigeon/xor'
import { type Layers, type PeerOptions, ScenarioPeer } from './peer.ts'

const HUB_URL = 'ws://hub.example'

/** Options of {@link buildNetwork}. */
export interface BuildOptions {
  /** How many peers; none of them is started yet. */
  peers: number
  /** The id of each, by its number. Default: random ones of the simulation's seed. */
  id?: (index: number, random: RandomStream) => PeerId
  /** What lies between them. */
  network?: NetworkOptions
  /** Limits of the hub. Default: those of `Hub`, with room for all peers. */
  hub?: Partial<HubLimits>
  /** One-way delay to the hub, ms. Default: as between any two hosts. */
  hubLatencyMs?: number
  /** What each peer's classes are made with, or a function of its number. */
  peer?: PeerOptions | ((index: number) => PeerOptions)
  /** Called with the classes of each life of each peer before they start. */
  onStart?: (peer: ScenarioPeer, layers: Layers) => void
}

/** A hub and peers, all of the real classes, in one simulation. */
export interface BuiltNetwork {
  readonly simulation: Simulation
  readonly network: SimulatedNetwork
  /** Where the hub runs: `server.outage()`, `server.restore()`. */
  readonly server: SimulatedServer
  /** The hub now; another one after {@link restartHub}. */
  readonly hub: () => Hub
  readonly peers: readonly ScenarioPeer[]
  /** Those that have started and are not gone. */
  readonly running: () => ScenarioPeer[]
  /** Breaks all connections to the hub and begins with an empty one. */
  restartHub(): void
  /** Messages the hub received and sent. */
  readonly hubMessages: () => number
}

/** Puts up a hub and peers; start them with `peer.start()`, then let the simulation run. */
export function buildNetwork(simulation: Simulation, options: BuildOptions): BuiltNetwork {
  const { peers: count, hubLatencyMs, peer = {}, onStart = () => {} } = options
  const network = new SimulatedNetwork(simulation, options.network)
  const server = network.listen(
    HUB_URL,
    (socket, { remoteAddress }) => hub.accept(socket, { remoteAddress }),
    hubLatencyMs === undefined ? {} : { latencyMs: hubLatencyMs },
  )
  const makeHub = () => {
    const { clock, random } = server.host
    const maxConnections = Math.max(1000, count * 2)
    return new Hub({ maxConnections, ...options.hub, clock, random })
  }
  let hub = makeHub()
  const ids = simulation.random('ids')
  const peers = Array.from({ length: count }, (_, index) => {
    const layers = typeof peer === 'function' ? peer(index) : peer
    const id = options.id?.(index, ids) ?? randomPeerId(ids)
    return new ScenarioPeer({ network, id, hubUrl: HUB_URL, layers, onStart })
  })
  return {
    simulation,
    network,
    server,
    hub: () => hub,
    peers,
    running: () => peers.filter(({ running }) => running),
    restartHub() {
      server.outage()
      hub = makeHub()
      server.restore()
    },
    hubMessages: () => server.host.stats.messages + server.host.stats.messagesReceived,
  }
}
