import { peerIdFromKey } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import { Emitter, type Unsubscribe } from '@pigeon/transport'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { assertPeerId, type PeerId, randomPeerId } from '@pigeon/xor'
import type { HubStats } from '../../events.ts'
import type { Hub } from '../../hub.ts'
import type { HubExtension } from '../../server/extension.ts'
import { type HubAddress, HubServer } from '../../server/hub-server.ts'
import { alternatives } from '../alternatives.ts'
import type { DialTarget } from '../dialler.ts'
import type { FederationStats } from '../hub-federation.ts'
import { HubNode, MAX_HUB_FRAME_BYTES } from '../hub-node.ts'
import { HUB_SUBPROTOCOL } from '../hub-socket.ts'
import type { KnownHub } from '../known-hub.ts'
import { LoadSpreading } from '../load-spreading.ts'
import type { HubNodeEvents } from '../node-events.ts'
import { HubTrust } from '../trust.ts'
import { connectToHub } from './connect.ts'
import type {
  FederatedHubServerEvents,
  FederatedHubServerOptions,
  HubEngine,
} from './federated-options.ts'
import { localHubSecret } from './local-secret.ts'

/** Where PeerPigeon's first hub listens. */
const DEFAULT_BOOTSTRAP_PORT = 3000

/** What a bootstrap hub's connection is like. */
export interface BootstrapConnection {
  readonly uri: string
  readonly connected: boolean
  /** Ms since the Unix epoch; 0 for never. */
  readonly lastAttempt: number
  readonly attemptNumber: number
}

/** Numbers of a hub among others. */
export interface FederatedHubStats extends HubStats {
  readonly isHub: boolean
  readonly hubPeerId: PeerId
  readonly bootstrapHubs: { readonly total: number; readonly connected: number }
  readonly federation: FederationStats | undefined
}

/** What is known of other hubs. */
export interface HubNetworkStats {
  readonly totalHubs: number
  readonly hubs: readonly KnownHub[]
  readonly p2pConnections: number
  readonly socketConnections: number
  readonly meshReady: boolean
  readonly migrated: boolean
  readonly bootstrapHubs: readonly BootstrapConnection[]
}

/** A hub on a port that forms one network with other hubs. */
export class FederatedHubServer extends HubServer {
  readonly isHub: boolean
  readonly hubPeerId: PeerId
  readonly bootstrapHubs: readonly string[] | undefined
  readonly autoConnect: boolean
  readonly reconnectInterval: number
  readonly maxReconnectAttempts: number
  readonly hubMeshMaxPeers: number
  readonly hubMeshMinPeers: number
  readonly meshMigrationDelay: number
  #hubMeshNamespace: string
  readonly #federated: FederatedHubServerOptions
  readonly #nodeEvents: Emitter<HubNodeEvents>
  readonly #extension: Extension
  readonly #trust: HubTrust

  /** @throws RangeError or TypeError that names the option and what it got */
  constructor(options: FederatedHubServerOptions = {}) {
    const hubPeerId = idOf(options)
    const isHub = options.isHub !== false
    const extension = new Extension()
    super({ ...options, hubId: hubPeerId, extension: isHub ? extension : undefined })
    this.isHub = isHub
    this.hubPeerId = hubPeerId
    this.bootstrapHubs = options.bootstrapHubs
    this.autoConnect = options.autoConnect !== false
    this.reconnectInterval = options.reconnectInterval ?? 5000
    this.maxReconnectAttempts = options.maxReconnectAttempts ?? 10
    this.hubMeshMaxPeers = options.hubMeshMaxPeers ?? 3
    this.hubMeshMinPeers = options.hubMeshMinPeers ?? 2
    this.meshMigrationDelay = options.meshMigrationDelay ?? 10_000
    this.#hubMeshNamespace = options.hubMeshNamespace ?? 'pigeonhub-mesh'
    this.#federated = options
    this.#nodeEvents = new Emitter<HubNodeEvents>()
    this.#trust = trustOf(options)
    this.#extension = extension
    extension.make = (hub, address) => this.#makeNode(hub, address)
  }

  override on<E extends keyof FederatedHubServerEvents>(
    event: E,
    listener: FederatedHubServerEvents[E],
  ): Unsubscribe {
    if (isNodeEvent(event)) {
      return this.#nodeEvents.on(event, listener as HubNodeEvents[typeof event])
    }
    return super.on(event as never, listener as never)
  }

  get hubMeshNamespace(): string {
    return this.#hubMeshNamespace
  }

  /** The same, as PeerPigeon has it. */
  getHubMeshNamespace(): string {
    return this.#hubMeshNamespace
  }

  /** @throws TypeError while it runs: links would be of two namespaces */
  setHubMeshNamespace(namespace: string): void {
    if (this.address !== undefined) {
      throw new TypeError('the hub mesh namespace is set before start()')
    }
    this.#hubMeshNamespace = namespace
  }

  /** A random id, 40 lower-case hex characters. */
  generatePeerId(): PeerId {
    return randomPeerId(this.#federated.random ?? systemRandom)
  }

  /** Connections to the addresses that this hub dials, by address. */
  get bootstrapConnections(): Map<string, BootstrapConnection> {
    const targets = this.#extension.node?.targets ?? []
    return new Map(targets.filter(isBootstrap).map((target) => [target.uri, connectionOf(target)]))
  }

  /**
   * Dials another hub, and keeps a link to it.
   * @throws TypeError unless the server is started
   */
  connectToHub(uri: string): void {
    this.#node.connectToHub(uri)
  }

  /** Dials the bootstrap hubs. @throws TypeError unless the server is started */
  connectToBootstrapHubs(): void {
    this.#node.connectToBootstrapHubs()
  }

  /** Ends the links to bootstrap hubs, and dials none of them again. */
  disconnectFromBootstrapHubs(): void {
    this.#extension.node?.disconnectFromBootstrapHubs()
  }

  override getStats(): FederatedHubStats {
    const connections = [...this.bootstrapConnections.values()]
    const connected = connections.filter((each) => each.connected).length
    return {
      ...super.getStats(),
      isHub: this.isHub,
      hubPeerId: this.hubPeerId,
      bootstrapHubs: { total: connections.length, connected },
      federation: this.#extension.node?.getStats(),
    }
  }

  /** What is known of other hubs, and how they are linked. */
  getHubStats(): HubNetworkStats {
    const { node } = this.#extension
    const hubs = node?.hubs ?? []
    return {
      totalHubs: hubs.length,
      hubs,
      p2pConnections: node?.p2pConnections ?? 0,
      socketConnections: node?.socketConnections ?? 0,
      meshReady: node?.isMeshReady ?? false,
      migrated: node?.hasMigrated ?? false,
      bootstrapHubs: [...this.bootstrapConnections.values()],
    }
  }

  get #node(): HubNode {
    const { node } = this.#extension
    if (node === undefined) throw new TypeError('this hub is not started, or isHub is false')
    return node
  }

  #passOn<E extends keyof HubNodeEvents>(node: HubNode, event: E): void {
    const emit = (detail: never): void => this.#nodeEvents.emit(event, ...([detail] as never))
    node.on(event, emit as HubNodeEvents[E])
  }

  #makeNode(hub: Hub, address: HubAddress): Running {
    const { clock = systemClock, random = systemRandom, hubLinks, publicUrls } = this.#federated
    const { region, hubEngine, bootstrapHubs, spreadLoad, tls } = this.#federated
    const first = `ws://localhost:${DEFAULT_BOOTSTRAP_PORT}`
    // A hub that takes any free port belongs to a test or a program that says whom to dial.
    const isFirst = address.port === DEFAULT_BOOTSTRAP_PORT || this.#federated.port === 0
    const byDefault = isFirst ? [] : [first]
    const engine = hubEngine?.({
      ...{ self: this.hubPeerId, namespace: this.#hubMeshNamespace, trust: this.#trust },
      ...{ clock, random },
    })
    const node = new HubNode({
      ...{ hub, clock, random, connect: connectToHub, verify: systemCrypto.verify, region },
      ...{ hubPeerId: this.hubPeerId, hubMeshNamespace: this.#hubMeshNamespace },
      ...{ autoConnect: this.autoConnect, reconnectInterval: this.reconnectInterval },
      ...{ maxReconnectAttempts: this.maxReconnectAttempts, trust: this.#trust },
      ...{ hubMeshMaxPeers: this.hubMeshMaxPeers, hubMeshMinPeers: this.hubMeshMinPeers },
      meshMigrationDelay: this.meshMigrationDelay,
      bootstrapHubs: bootstrapHubs ?? byDefault,
      links: hubLinks?.({ clock, random }),
      transports: engine === undefined ? {} : { nats: engine.transport },
      // Who sees this hub from outside does not see that it speaks TLS.
      url: publicUrls?.[0] ?? (tls === undefined ? undefined : address.url),
      port: () => address.port,
      load: () => hub.getStats().connections / hub.limits.maxConnections,
    })
    for (const event of NODE_EVENTS) this.#passOn(node, event)
    const spreading =
      spreadLoad === true ? new LoadSpreading({ hub, node, clock, region }) : undefined
    node.start()
    return { node, engine, spreading }
  }
}

interface Running {
  readonly node: HubNode
  readonly engine: HubEngine | undefined
  readonly spreading: LoadSpreading | undefined
}

/** The links to other hubs, as the server sees them. */
class Extension implements HubExtension {
  readonly subprotocol: string = HUB_SUBPROTOCOL
  readonly maxMessageBytes: number = MAX_HUB_FRAME_BYTES + 16
  make: (hub: Hub, address: HubAddress) => Running = () => {
    throw new TypeError('not ready')
  }
  #running: Running | undefined

  get node(): HubNode | undefined {
    return this.#running?.node
  }

  started(hub: Hub, address: HubAddress): void {
    this.#running = this.make(hub, address)
  }

  accept(socket: Parameters<HubNode['accept']>[0], remoteAddress: string): void {
    if (this.node === undefined) socket.close()
    else this.node.accept(socket, remoteAddress.replace(/^::ffff:(?=\d+\.)/, ''))
  }

  draining(): readonly string[] {
    this.node?.drain()
    return alternatives(this.node?.hubs ?? [])
  }

  async stop(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    running?.spreading?.close()
    await running?.node.close()
    await running?.engine?.close()
  }

  hubs(): { peerId: string; connected: boolean; hops: number }[] {
    return (this.node?.hubs ?? []).map(({ hubPeerId, link, hops }) => {
      return { peerId: hubPeerId, connected: link !== undefined, hops }
    })
  }
}

const NODE_EVENTS: readonly (keyof HubNodeEvents)[] = [
  ...(['bootstrapConnected', 'bootstrapDisconnected', 'bootstrapSignaling'] as const),
  ...(['bootstrapGaveUp', 'hubDiscovered', 'hubLost', 'hubRefused'] as const),
  ...(['hubP2PConnected', 'hubP2PDisconnected', 'hubLinkUp', 'hubLinkDown'] as const),
  ...(['hubMeshReady', 'hubMeshMigrated', 'hubMeshFallback'] as const),
]

function isNodeEvent(event: string): event is keyof HubNodeEvents {
  return (NODE_EVENTS as readonly string[]).includes(event)
}

function isBootstrap(target: DialTarget): boolean {
  return target.isBootstrap
}

function connectionOf({
  uri,
  isConnected,
  lastAttempt,
  attemptNumber,
}: DialTarget): BootstrapConnection {
  return { uri, connected: isConnected, lastAttempt, attemptNumber }
}

function idOf({ hubPeerId, hubKey, random = systemRandom }: FederatedHubServerOptions): PeerId {
  const ofKey = hubKey === undefined ? undefined : peerIdFromKey(hubKey.publicKey)
  if (hubPeerId !== undefined) {
    assertPeerId(hubPeerId)
    if (ofKey !== undefined && ofKey !== hubPeerId) {
      throw new RangeError(`hubPeerId is the hash of hubKey, ${ofKey}, got ${hubPeerId}`)
    }
  }
  return hubPeerId ?? ofKey ?? randomPeerId(random)
}

function trustOf({
  hubSecret,
  trustedHubs = [],
  hubKey,
  isHub,
}: FederatedHubServerOptions): HubTrust {
  const given = typeof hubSecret === 'string' ? [hubSecret] : hubSecret
  const isOpen = given === undefined && trustedHubs.length === 0 && isHub !== false
  const local = isOpen ? localHubSecret() : undefined
  const secrets = given ?? (local === undefined ? [] : [local])
  return new HubTrust({ secrets, trustedHubs, key: hubKey, verify: systemCrypto.verify })
}
