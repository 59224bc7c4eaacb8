import { Mesh } from '@pigeon/mesh'
import { decodeSignal, type MessageSocket } from '@pigeon/signaling-protocol'
import { Emitter, type LinkFactory, type Transport, type Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { Dialler, type DialTarget } from './dialler.ts'
import { type FederationStats, HubFederation } from './hub-federation.ts'
import type { HubNodeOptions } from './hub-node-options.ts'
import { HubSignaling } from './hub-signaling.ts'
import { WORDS } from './hub-socket.ts'
import { type KnownHub, knownHubs } from './known-hub.ts'
import type { HubLinkKind } from './link-kind.ts'
import { Migration } from './migration.ts'
import type { HubNodeEvents } from './node-events.ts'
import { OwnAddress } from './own-address.ts'
import { SocketLinks } from './socket-links.ts'
import { SocketRing } from './socket-ring.ts'
import { Trunk } from './trunk.ts'

/** Bytes of one frame between hubs: what fits one message of any carrier. */
export const MAX_HUB_FRAME_BYTES: number = 1024 * 1024 - 1024

/** The protocol of hubs on peer-to-peer links. */
const PROTOCOL = 'pigeon/hub/1'

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
  readonly #address: OwnAddress
  readonly #subscriptions: Unsubscribe[] = []
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
    this.#address = new OwnAddress(options.url, () => options.port?.() ?? 0)
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
        proofs: { namespace: hubMeshNamespace, key: trust.key, verify: options.verify },
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
    return knownHubs(this.#federation.router.topology, (hub) => this.#trunk.path(hub))
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
    const { region = '', load } = this.#options
    const { url } = this.#address
    return { url, region, load: load?.() ?? 0, draining: this.#draining }
  }

  #listen(): void {
    const { router } = this.#federation
    const dialler = this.#dialler
    this.#subscriptions.push(
      router.on('up', (peerId) => this.#discovered(peerId)),
      router.on('down', (hubPeerId) => this.#events.emit('hubLost', { hubPeerId })),
      router.on('flood', (hub) => this.#sockets.close(hub, 'FLOOD')),
      this.#sockets.on('seenAs', (host) => {
        if (this.#address.seenAt(host)) router.changed()
      }),
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
      ...{ isHub: true as const, ...placeOf(advert?.url ?? ''), region: advert?.region ?? '' },
      capabilities: ['signaling', 'relay'] as const,
    }
    this.#events.emit('hubDiscovered', { peerId, via: uri, data })
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

const ADDRESS = /^ws(s?):\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?/

/** An address, and what of it PeerPigeon names apart. */
function placeOf(url: string): { url: string; host: string; port: number } {
  const [, secure, host = '', port] = ADDRESS.exec(url) ?? []
  if (host === '') return { url, host, port: 0 }
  return { url, host, port: Number(port ?? (secure === 's' ? 443 : 80)) }
}
