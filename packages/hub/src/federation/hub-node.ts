import type { Verify } from '@pigeon/identity'
import { Mesh } from '@pigeon/mesh'
import { decodeSignal, type MessageSocket, type SocketConnector } from '@pigeon/signaling-protocol'
import {
  type Clock,
  Emitter,
  type LinkFactory,
  type Random,
  type Transport,
  type Unsubscribe,
} from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Hub } from '../hub.ts'
import { Dialler, type DialTarget } from './dialler.ts'
import { type FederationStats, HubFederation } from './hub-federation.ts'
import { HubSignaling } from './hub-signaling.ts'
import { WORDS } from './hub-socket.ts'
import type { HubLinkKind } from './link-kind.ts'
import { Migration } from './migration.ts'
import type { HubNodeEvents } from './node-events.ts'
import { SocketLinks } from './socket-links.ts'
import { SocketRing } from './socket-ring.ts'
import { Trunk } from './trunk.ts'
import type { HubTrust } from './trust.ts'

/** Bytes of one frame between hubs: what fits one message of any carrier. */
export const MAX_HUB_FRAME_BYTES: number = 1024 * 1024 - 1024

/** The protocol of hubs on peer-to-peer links. */
const PROTOCOL = 'pigeon/hub/1'

/** Options of {@link HubNode}. */
export interface HubNodeOptions {
  readonly hub: Hub
  /** The id among hubs. */
  readonly hubPeerId: PeerId
  readonly clock: Clock
  readonly random: Random
  /** Makes sockets to other hubs. */
  readonly connect: SocketConnector
  readonly trust: HubTrust
  /** Checks what members of other hubs signed. Default: nothing is checked, all are unproven. */
  readonly verify?: Verify | undefined
  /** Which hubs belong together. Default `pigeonhub-mesh`. */
  readonly hubMeshNamespace?: string | undefined
  /** Hubs to dial first. */
  readonly bootstrapHubs?: readonly string[] | undefined
  /** Whether they are dialled by {@link HubNode.start}. Default true. */
  readonly autoConnect?: boolean | undefined
  /** The first wait before another attempt, ms. Default 5 s, doubling to 30 s. */
  readonly reconnectInterval?: number | undefined
  /** Attempts after which an address is given up. Default 10. */
  readonly maxReconnectAttempts?: number | undefined
  /** Where others reach this hub; empty if it does not know. Default: as others see it. */
  readonly url?: string | undefined
  /** The port it listens on, 0 for none. */
  readonly port?: (() => number) | undefined
  readonly region?: string | undefined
  /** Part of this hub's connections that are taken, 0 to 1. */
  readonly load?: (() => number) | undefined
  /** Makes peer-to-peer links between hubs. Default: none, sockets only. */
  readonly links?: LinkFactory | undefined
  /** Peer-to-peer links at most. Default 3. */
  readonly hubMeshMaxPeers?: number | undefined
  /** Peer-to-peer links that are enough to close sockets. Default 2. */
  readonly hubMeshMinPeers?: number | undefined
  /** How long they have to hold before that, ms. Default 10 s. */
  readonly meshMigrationDelay?: number | undefined
  /** Other kinds of links, such as those of `/nats`. */
  readonly transports?: Readonly<Partial<Record<HubLinkKind, Transport>>> | undefined
  /** Hubs known at most. Default 256. */
  readonly maxHubs?: number | undefined
  /** Links that a message may pass. Default 16. */
  readonly hopLimit?: number | undefined
  /** Frames and bytes a second from one hub. Default 20,000 and 64 MiB. */
  readonly linkRate?: number | undefined
  readonly linkByteRate?: number | undefined
}

/** What is known of another hub. */
export interface KnownHub {
  readonly hubPeerId: PeerId
  readonly url: string
  readonly region: string
  /** 0 to 1. */
  readonly load: number
  readonly draining: boolean
  /** Links on a shortest way to it. */
  readonly hops: number
  /** What its link is, if there is one. */
  readonly link: HubLinkKind | undefined
}

/**
 * One hub among others: it finds them, keeps links to them of whatever kind, and makes their networks
 * one.
 */
export class HubNode {
  readonly hubPeerId: PeerId
  readonly hubMeshNamespace: string
  readonly #options: HubNodeOptions
  readonly #events = new Emitter<HubNodeEvents>()
  readonly #trunk: Trunk
  readonly #sockets: SocketLinks
  readonly #dialler: Dialler
  readonly #ring: SocketRing
  readonly #federation: HubFederation
  readonly #signaling: HubSignaling
  readonly #mesh: Mesh | undefined
  readonly #migration: Migration | undefined
  readonly #subscriptions: Unsubscribe[] = []
  #seenAs = ''
  #draining = false

  /** @throws RangeError that names the option and what it got */
  constructor(options: HubNodeOptions) {
    const { hub, hubPeerId, clock, random, connect, trust, transports = {} } = options
    const {
      hubMeshNamespace = 'pigeonhub-mesh',
      maxHubs,
      hopLimit,
      linkRate,
      linkByteRate,
    } = options
    this.hubPeerId = hubPeerId
    this.hubMeshNamespace = hubMeshNamespace
    this.#options = options
    const trunk = new Trunk(hubPeerId, MAX_HUB_FRAME_BYTES)
    this.#trunk = trunk
    this.#sockets = new SocketLinks({
      ...{ self: hubPeerId, namespace: hubMeshNamespace, trust, clock, random },
      incarnation: Math.floor(clock.now()),
      url: () => options.url ?? '',
      port: () => options.port?.() ?? 0,
      maxFrameBytes: MAX_HUB_FRAME_BYTES,
      windowBytes: 1024 * 1024,
    })
    this.#federation = new HubFederation({
      ...{
        hub,
        clock,
        random,
        verify: options.verify,
        trunk,
        maxHubs,
        hopLimit,
        linkRate,
        linkByteRate,
      },
      describe: () => this.#describe(),
      signal: (from, payload) => this.#signalled(from, payload),
    })
    const { router } = this.#federation
    const links = this.#sockets
    const { reconnectInterval: reconnectIntervalMs, maxReconnectAttempts } = options
    const dial = { links, connect, clock, random, reconnectIntervalMs, maxReconnectAttempts }
    this.#dialler = new Dialler(dial)
    const isLinked = (hub: PeerId): boolean => trunk.isSound('webrtc', hub)
    this.#ring = new SocketRing({ router, links, isLinked, dialler: this.#dialler, clock })
    this.#signaling = new HubSignaling(router, (to, payload, failed) =>
      this.#federation.sendSignal(to, payload, failed),
    )
    this.#listen()
    this.#addKind('ws', this.#sockets)
    for (const [kind, transport] of Object.entries(transports)) {
      this.#addKind(kind as HubLinkKind, transport)
    }
    if (options.links !== undefined) {
      this.#mesh = this.#makeMesh(options.links)
      this.#migration = this.#makeMigration()
    }
  }

  on<E extends keyof HubNodeEvents>(event: E, listener: HubNodeEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** Dials the bootstrap hubs, unless `autoConnect` is off. */
  start(): void {
    if (this.#options.autoConnect !== false) this.connectToBootstrapHubs()
  }

  /** Dials the bootstrap hubs. */
  connectToBootstrapHubs(): void {
    for (const uri of this.#options.bootstrapHubs ?? []) this.connectToHub(uri)
  }

  /** Dials another hub, and keeps a link to it. */
  connectToHub(uri: string): void {
    this.#dialler.add(uri, true)
    this.#dialler.wake(uri)
  }

  /** Ends the links that this hub dialled, and dials none of them again. */
  disconnectFromBootstrapHubs(): void {
    for (const { uri, isBootstrap } of this.#dialler.targets) {
      if (isBootstrap) this.#dialler.remove(uri)
    }
  }

  /** Takes a connection of the subprotocol `pigeon-hub.1`. @param host whom it comes from */
  accept(socket: MessageSocket, host?: string): void {
    this.#sockets.accept(socket, host)
  }

  /** Hubs that can be reached. */
  get hubs(): KnownHub[] {
    const { topology } = this.#federation.router
    return topology.hubs.flatMap((hubPeerId) => {
      const advert = topology.advert(hubPeerId)
      if (advert === undefined) return []
      const { url, region, load, draining } = advert
      const hops = topology.hops(hubPeerId) as number
      return [{ hubPeerId, url, region, load, draining, hops, link: this.#trunk.path(hubPeerId) }]
    })
  }

  /** Addresses that this hub dials. */
  get targets(): readonly DialTarget[] {
    return this.#dialler.targets
  }

  /** Peer-to-peer links to hubs. */
  get p2pConnections(): number {
    return this.#trunk.by('webrtc').size
  }

  /** Links to hubs over sockets. */
  get socketConnections(): number {
    return this.#sockets.neighbours.size
  }

  get isMeshReady(): boolean {
    return this.#migration?.isReady ?? false
  }

  /** Whether links over sockets were given up for peer-to-peer ones. */
  get hasMigrated(): boolean {
    return this.#migration?.hasMigrated ?? false
  }

  getStats(): FederationStats {
    return this.#federation.getStats()
  }

  /** Tells other hubs that this one is about to go. */
  drain(): void {
    this.#draining = true
    this.#federation.router.changed()
  }

  /** Takes its leave of all hubs; the hub itself stands alone from then on. */
  async close(): Promise<void> {
    this.#draining = true
    this.#events.clear()
    this.#migration?.close()
    this.#ring.close()
    this.#dialler.close()
    for (const hub of [...this.#sockets.neighbours]) this.#sockets.close(hub)
    await this.#mesh?.close()
    this.#signaling.close()
    this.#federation.close()
    for (const unsubscribe of this.#subscriptions) unsubscribe()
  }

  #describe(): { url: string; region: string; load: number; draining: boolean } {
    const { url, region = '', load } = this.#options
    return { url: url ?? this.#seenAs, region, load: load?.() ?? 0, draining: this.#draining }
  }

  #listen(): void {
    const { router } = this.#federation
    const dialler = this.#dialler
    this.#subscriptions.push(
      router.on('up', (peerId) => this.#discovered(peerId)),
      router.on('down', (hubPeerId) => this.#events.emit('hubLost', { hubPeerId })),
      router.on('flood', (hub) => this.#sockets.close(hub, 'FLOOD')),
      this.#sockets.on('seenAs', (host) => this.#heardAddress(host)),
      this.#sockets.on('ended', ({ hub, end, isDialler }) => {
        if (isDialler || !REFUSALS.has(end)) return
        this.#events.emit('hubRefused', { hubPeerId: hub, uri: '', reason: WORDS[end] })
      }),
      dialler.on('connected', ({ uri, isBootstrap }) => {
        if (isBootstrap) this.#events.emit('bootstrapConnected', { uri })
      }),
      dialler.on('disconnected', ({ uri, code, reason, end, isBootstrap, wasConnected }) => {
        if (REFUSALS.has(end)) {
          const hubPeerId = dialler.targets.find((target) => target.uri === uri)?.hub
          this.#events.emit('hubRefused', { hubPeerId, uri, reason: WORDS[end] })
        }
        if (isBootstrap && wasConnected) {
          this.#events.emit('bootstrapDisconnected', { uri, code, reason })
        }
      }),
      dialler.on('gaveUp', (event) => this.#events.emit('bootstrapGaveUp', event)),
    )
  }

  #addKind(kind: HubLinkKind, transport: Transport): void {
    this.#subscriptions.push(
      transport.on('up', (hubPeerId) => this.#events.emit('hubLinkUp', { hubPeerId, kind })),
      transport.on('down', (hubPeerId) => this.#events.emit('hubLinkDown', { hubPeerId, kind })),
    )
    this.#trunk.add(kind, transport)
  }

  #makeMesh(links: LinkFactory): Mesh {
    const { clock, random, hubMeshMaxPeers = 3, hubMeshMinPeers = 2 } = this.#options
    const mesh = new Mesh({
      ...{ self: this.hubPeerId, signaling: this.#signaling, links, clock, random },
      maxPeers: hubMeshMaxPeers,
      minPeers: Math.min(hubMeshMinPeers, hubMeshMaxPeers),
    })
    this.#subscriptions.push(
      mesh.on('peerReconnecting', ({ peerId }) => this.#trunk.suspect('webrtc', peerId, true)),
      mesh.on('peerReconnected', ({ peerId }) => this.#trunk.suspect('webrtc', peerId, false)),
    )
    const transport = mesh.open(PROTOCOL)
    this.#subscriptions.push(
      transport.on('up', (hubPeerId) => this.#events.emit('hubP2PConnected', { hubPeerId })),
      transport.on('down', (hubPeerId) => this.#events.emit('hubP2PDisconnected', { hubPeerId })),
    )
    this.#addKind('webrtc', transport)
    return mesh
  }

  #makeMigration(): Migration {
    const { clock, hubMeshMinPeers = 2, meshMigrationDelay = 10_000 } = this.#options
    const { router } = this.#federation
    return new Migration({
      ...{
        trunk: this.#trunk,
        router,
        clock,
        minPeers: hubMeshMinPeers,
        delayMs: meshMigrationDelay,
      },
      ready: (event) => this.#events.emit('hubMeshReady', event),
      migrate: () => {
        this.#dialler.pause()
        const sockets = [...this.#sockets.neighbours]
        for (const hub of sockets) this.#sockets.close(hub, 'MIGRATED')
        return sockets.length
      },
      migrated: (event) => this.#events.emit('hubMeshMigrated', event),
      fallBack: () => {
        this.#dialler.resume()
        const { p2pConnections } = this
        const totalHubs = router.topology.hubs.length
        this.#events.emit('hubMeshFallback', { p2pConnections, totalHubs })
      },
    })
  }

  #discovered(peerId: PeerId): void {
    const { topology } = this.#federation.router
    const advert = topology.advert(peerId)
    const via = topology.nextHop(peerId)
    const uri = this.#dialler.targets.find(({ hub }) => hub === via)?.uri ?? ''
    const data = {
      ...{ isHub: true as const, url: advert?.url ?? '', region: advert?.region ?? '' },
      capabilities: ['signaling', 'relay'] as const,
    }
    this.#events.emit('hubDiscovered', { peerId, via: uri, data })
  }

  /** Others see this hub there: if nobody said better, that is its address. */
  #heardAddress(host: string): void {
    const port = this.#options.port?.() ?? 0
    if (port === 0 || this.#options.url !== undefined) return
    const seenAs = `ws://${host.includes(':') ? `[${host}]` : host}:${port}`
    if (seenAs === this.#seenAs) return
    this.#seenAs = seenAs
    this.#federation.router.changed()
  }

  #signalled(from: PeerId, payload: Uint8Array): void {
    this.#signaling.receive(from, payload)
    const decoded = decodeSignal(payload)
    if (decoded === undefined) return
    const uri = this.#dialler.targets.find(({ hub }) => hub === from)?.uri ?? ''
    this.#events.emit('bootstrapSignaling', {
      type: decoded.type,
      data: decoded,
      fromPeerId: from,
      uri,
    })
  }
}

const REFUSALS: ReadonlySet<string> = new Set(['UNTRUSTED', 'NAMESPACE', 'VERSION', 'MALFORMED'])
