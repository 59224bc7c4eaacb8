import { Hub } from '@pigeon/hub'
import { HUB_SUBPROTOCOL, HubNode, HubTrust } from '@pigeon/hub/federation'
import { SignalingClient } from '@pigeon/signaling-protocol'
import { SimulatedNetwork, type Simulation } from '@pigeon/simulator'
import { type PeerId, peerIdFromName, randomPeerId } from '@pigeon/xor'

/** What all hubs of a simulation know. */
const SECRET = 'a secret that all simulated hubs share'

/** Options of {@link buildHubs}. */
export interface HubsOptions {
  readonly hubs: number
  /** Whether hubs link peer-to-peer; else by sockets alone. */
  readonly isMesh: boolean
  /** Peer-to-peer links of each hub at most. */
  readonly maxPeers?: number
  /** One way, ms. */
  readonly latencyMs?: number
  /** Their ids. Default: of their numbers. */
  readonly ids?: readonly PeerId[]
}

/** One hub of a simulated network. */
export interface BuiltHub {
  readonly url: string
  readonly id: PeerId
  readonly hub: Hub
  readonly node: HubNode
}

/** A client and what it was told. */
export interface BuiltClient {
  readonly id: PeerId
  readonly home: number
  readonly client: SignalingClient
  readonly known: Set<PeerId>
  /** Messages that came, by their text. */
  readonly heard: string[]
}

/** Hubs of the real classes in one simulation, and their clients. */
export class BuiltHubs {
  readonly simulation: Simulation
  readonly network: SimulatedNetwork
  readonly hubs: BuiltHub[] = []
  readonly clients: BuiltClient[] = []

  constructor(simulation: Simulation, options: HubsOptions) {
    const { hubs, isMesh, maxPeers, latencyMs = 10, ids = [] } = options
    this.simulation = simulation
    const suspicion = { mends: false, suspectMs: 1000, silenceMs: 3000 }
    this.network = new SimulatedNetwork(simulation, { latency: latencyMs, ...suspicion })
    for (let index = 0; index < hubs; index++) {
      this.#addHub(index, ids[index] ?? peerIdFromName(`hub ${index}`), isMesh, maxPeers)
    }
  }

  /** A client of one hub, started. */
  join(home: number): BuiltClient {
    const self = randomPeerId(this.simulation.random('clients'))
    const { clock, random } = this.network.host(self)
    const urls = [(this.hubs[home] as BuiltHub).url]
    const connect = this.network.connector(self)
    const client = new SignalingClient({ urls, self, network: 'net', connect, clock, random })
    const known = new Set<PeerId>()
    const heard: string[] = []
    const learn = (peers: readonly PeerId[]): void => {
      for (const peer of peers) known.add(peer)
    }
    client.on('connected', ({ peers }) => learn(peers))
    client.on('peers', learn)
    client.on('relay', (_, payload) => heard.push(String.fromCharCode(...payload)))
    const made = { id: self, home, client, known, heard }
    this.clients.push(made)
    client.start()
    return made
  }

  /** Whether each hub sees all others. */
  get isWhole(): boolean {
    return this.hubs.every(({ node }) => node.hubs.length === this.hubs.length - 1)
  }

  /** Whether all of them do without sockets between them. */
  get hasMigrated(): boolean {
    return this.hubs.every(({ node }) => node.hasMigrated)
  }

  #addHub(index: number, id: PeerId, isMesh: boolean, maxPeers: number | undefined): void {
    const url = `ws://hub${index}:3000`
    const server = this.network.listen(url, (socket, { protocols, remoteAddress }) => {
      if (protocols.includes(HUB_SUBPROTOCOL)) node.accept(socket)
      else hub.accept(socket, { remoteAddress })
    })
    const { clock, random, id: host } = server.host
    const many = { maxConnections: 100_000, maxConnectionsPerAddress: 100_000 }
    const hub = new Hub({ clock, random, auth: 'open', ...many })
    const node = new HubNode({
      ...{ hub, hubPeerId: id, clock, random, url, hubMeshMaxPeers: maxPeers },
      connect: this.network.connector(host),
      trust: new HubTrust({ secrets: [SECRET] }),
      bootstrapHubs: index === 0 ? [] : ['ws://hub0:3000'],
      maxReconnectAttempts: Number.POSITIVE_INFINITY,
      links: isMesh ? this.network.links(id) : undefined,
    })
    this.hubs.push({ url, id, hub, node })
    node.start()
  }
}
