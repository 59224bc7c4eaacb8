import {
  assertPeerId,
  type Content,
  type EnvironmentReport,
  environmentReport,
  hasWebRTCSupport,
  hasWebSocketSupport,
  type PeerId,
  type PigeonMesh,
} from '@pigeon/peer'
import { CryptoManager } from './crypto-manager.ts'
import { KeyCalls } from './key-calls.ts'
import { LiveSettings } from './live-settings.ts'
import { MediaManager } from './media-manager.ts'
import { type PeerPigeonMeshOptions, type Settings, settingsOf } from './options.ts'
import { isDebugPage, showInPage } from './page-globals.ts'
import { Session } from './session.ts'
import type { DiscoveredPeer, MeshStatus } from './status.ts'
import { DistributedStorageManager } from './storage-manager.ts'
import { WebDHT } from './web-dht.ts'

/** A peer of a network under PeerPigeon's names. `pigeon` is the mesh underneath, for all it can do. */
export class PeerPigeonMesh extends KeyCalls {
  readonly cryptoManager: CryptoManager
  readonly distributedStorage: DistributedStorageManager
  readonly webDHT: WebDHT
  readonly mediaManager: MediaManager
  /** What PeerPigeon's users look at of its gossip. */
  readonly gossipManager: { readonly seenMessages: { readonly size: number } }
  readonly #options: PeerPigeonMeshOptions
  readonly #settings: Settings
  readonly #session: Session
  readonly #live: LiveSettings
  #environment: EnvironmentReport | undefined
  #hideFromPage = (): void => {}

  /** @throws RangeError that names the option and what it got */
  constructor(options: PeerPigeonMeshOptions = {}) {
    super()
    this.#options = options
    this.#settings = settingsOf(options)
    const session = new Session(options, this.#settings, this)
    this.#session = session
    this.#live = new LiveSettings(this.#settings, session)
    const source = () => ({ peerId: session.id, identity: session.keys, pigeon: session.mesh })
    this.cryptoManager = new CryptoManager(source, options.enableCrypto ?? true, () => this.init())
    const pigeon = () => session.pigeon
    this.distributedStorage = new DistributedStorageManager(pigeon, options.storage ?? {}, this)
    this.webDHT = new WebDHT(this)
    this.webDHT.onChange((event) => this.emit('dhtValueChanged', event))
    this.mediaManager = new MediaManager(this)
    this.gossipManager = {
      seenMessages: {
        get size() {
          return session.seen
        },
      },
    }
  }

  /** This peer's id; null before {@link init}. */
  get peerId(): PeerId | null {
    return this.#session.peerId ?? null
  }

  /** The mesh underneath. @throws Error before {@link connect}, and with `wire` */
  get pigeon(): PigeonMesh {
    return this.#session.pigeon
  }

  get networkName(): string {
    return this.#session.networkName
  }

  set networkName(name: string) {
    this.#session.networkName = name
  }

  /** What this runtime offers. */
  get environmentReport(): EnvironmentReport {
    this.#environment ??= environmentReport()
    return this.#environment
  }

  hasWebRTCSupport(): boolean {
    return hasWebRTCSupport() || this.environmentReport.runtime === 'node'
  }

  hasWebSocketSupport(): boolean {
    return hasWebSocketSupport() || this.environmentReport.runtime === 'node'
  }

  /**
   * Makes this peer's keys and id. Comes first; again it does nothing.
   * @throws RangeError if `peerId` is no id: it says what it got, and `peerIdFromName` makes one
   */
  async init(): Promise<void> {
    await this.#session.init()
  }

  /**
   * Joins the network by a hub, and from then on stays connected by itself.
   * @throws MeshError `HUB_UNREACHABLE` or `HUB_REFUSED`, after which it may be tried again
   */
  async connect(signalingUrl: string | URL): Promise<void> {
    await this.#session.enter(String(signalingUrl))
    const { mesh, network } = this.#session
    if (mesh !== undefined) {
      this.mediaManager.attach(mesh)
      if (this.isDHTEnabled()) await joinTable(mesh)
    }
    if (this.#options.debug ?? isDebugPage()) this.#hideFromPage = showInPage(this, network)
  }

  /** Says goodbye to hub and peers; a promise, for those who wait. */
  async disconnect(): Promise<void> {
    const { network } = this.#session
    if (network === undefined) return
    this.#hideFromPage()
    this.mediaManager.detach()
    this.#session.forget()
    await network.close()
    this.#session.status('disconnected', 'Disconnected')
  }

  /** @returns the id others receive it under. @throws TypeError for what is neither JSON nor bytes */
  sendMessage(content: Content): string {
    return this.#session.joined.sendMessage(content)
  }

  /** `messageDelivered` or `messageFailed` follows. @returns the id of the message */
  sendDirectMessage(peerId: string, content: Content): string {
    return this.#session.joined.sendDirectMessage(assertPeerId(peerId), content)
  }

  /** Bytes to one peer: only those that a view shows. */
  sendBinaryData(peerId: string, bytes: ArrayBuffer | ArrayBufferView): string {
    return this.pigeon.sendDirectMessage(peerId, bytes)
  }

  /** Bytes to everybody. */
  broadcastBinaryData(bytes: ArrayBuffer | ArrayBufferView): string {
    return this.pigeon.sendMessage(bytes)
  }

  /** Links at most, 1 to 50. */
  setMaxPeers(maxPeers: number): number {
    return this.#live.setMaxPeers(maxPeers)
  }

  /** Links that are sought, 0 to 49; not more than `maxPeers`. */
  setMinPeers(minPeers: number): number {
    return this.#live.setMinPeers(minPeers)
  }

  setAutoDiscovery(enabled: boolean): void {
    this.#live.setAutoDiscovery(enabled)
  }

  setAutoConnect(enabled: boolean): void {
    this.#live.setAutoConnect(enabled)
  }

  setEvictionStrategy(enabled: boolean): void {
    this.#live.setEvictionStrategy(enabled)
  }

  setXorRouting(enabled: boolean): void {
    this.#live.setXorRouting(enabled)
  }

  /** @throws RangeError for anything but `websocket` */
  setConnectionType(type: string): void {
    if (type === 'websocket') return
    throw new RangeError(`the connection type is 'websocket', got ${JSON.stringify(type)}`)
  }

  /** @throws Error while connected: a peer is in one network */
  setNetworkName(name: string): void {
    if (this.#session.network !== undefined)
      throw new Error('disconnect() comes before another network')
    this.networkName = name
  }

  getNetworkName(): string {
    return this.networkName
  }

  getStatus(): MeshStatus {
    return {
      peerId: this.peerId,
      connected: this.#session.isConnected,
      connectedCount: this.getConnectedPeerCount(),
      discoveredCount: this.getDiscoveredPeers().length,
      ...this.#settings,
      connectionType: 'websocket',
      networkName: this.networkName,
      signalingUrl: this.#session.url ?? null,
      uptime: this.#session.uptimeMs,
    }
  }

  getConnectedPeerCount(): number {
    return this.#session.network?.peers.size ?? 0
  }

  /** Peers with a direct link. */
  getPeers(): PeerId[] {
    return [...(this.#session.network?.peers ?? [])]
  }

  /** The same as {@link getPeers}. */
  getConnectedPeerIds(): PeerId[] {
    return this.getPeers()
  }

  /** Peers that are known, linked or not. */
  getDiscoveredPeers(): DiscoveredPeer[] {
    const network = this.#session.network
    if (network === undefined) return []
    const all = new Set([...network.discovered, ...network.peers])
    return [...all].map((peerId) => ({ peerId, isConnected: network.peers.has(peerId) }))
  }

  canAcceptMorePeers(): boolean {
    return this.#session.network?.canAcceptMorePeers ?? true
  }

  hasPeer(peerId: string): boolean {
    return this.#session.network?.peers.has(peerId as PeerId) ?? false
  }

  /** Asks a peer for a link; `peerConnected` follows if it takes it. */
  connectToPeer(peerId: string): void {
    this.#session.joined.connectToPeer(assertPeerId(peerId))
  }

  /** Ends a link after what was sent. */
  async disconnectPeer(peerId: string, reason = 'manual'): Promise<void> {
    this.#session.status('info', `Disconnecting ${peerId}: ${reason}`)
    await this.#session.joined.disconnectPeer(assertPeerId(peerId))
  }

  /** Asks all known peers for a link, as far as there is room. @returns how many were asked */
  forceConnectToAllPeers(): number {
    return this.#session.joined.forceConnectToAllPeers()
  }

  /** How often a peer was asked for a link; of all that are known, if none is named. */
  getConnectionAttempts(peerId: string): number
  getConnectionAttempts(): Readonly<Record<string, number>>
  getConnectionAttempts(peerId?: string): number | Readonly<Record<string, number>> {
    if (peerId !== undefined)
      return this.#session.joined.getConnectionAttempts(assertPeerId(peerId))
    const all = this.getDiscoveredPeers().map(({ peerId: id }) => id)
    return Object.fromEntries(all.map((id) => [id, this.#session.joined.getConnectionAttempts(id)]))
  }

  /** What this peer knows of its place in the network. */
  debugConnectivity(): ReturnType<PigeonMesh['debugConnectivity']> {
    return this.pigeon.debugConnectivity()
  }

  /** Each method of the table throws, and says why, with `enableWebDHT: false`. */
  isDHTEnabled(): boolean {
    return this.#options.enableWebDHT ?? true
  }

  /** Direct messages are sealed in any case: the same as {@link sendDirectMessage}. */
  sendEncryptedMessage(peerId: string, content: Content): string {
    return this.sendDirectMessage(peerId, content)
  }
}

/** Peers that never ask hold values of others all the same. */
async function joinTable(mesh: PigeonMesh): Promise<void> {
  const { openDht } = await import('@pigeon/peer/dht')
  openDht(mesh)
}
