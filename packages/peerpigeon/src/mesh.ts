import { systemCrypto } from '@pigeon/identity/system'
import {
  assertPeerId,
  type Content,
  type EnvironmentReport,
  environmentReport,
  hasWebRTCSupport,
  hasWebSocketSupport,
  Identity,
  type PeerId,
  PigeonMesh,
} from '@pigeon/peer'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { CryptoManager, type EncryptedMessage, type GroupKey } from './crypto-manager.ts'
import type { PeerPigeonMeshEvents, StatusType } from './events.ts'
import { forwardEvents, forwardWireEvents } from './forward-events.ts'
import { MediaManager, type StreamingStatus } from './media-manager.ts'
import { checkPeers, type PeerPigeonMeshOptions, type Settings, settingsOf } from './options.ts'
import { isDebugPage, showInPage } from './page-globals.ts'
import { PlainEvents } from './plain-events.ts'
import type { DiscoveredPeer, MeshStatus } from './status.ts'
import { DistributedStorageManager } from './storage-manager.ts'
import { WebDHT } from './web-dht.ts'
import { connectWire } from './wire/connect-wire.ts'
import type { WireMesh } from './wire/wire-mesh.ts'

/** A peer of a network under PeerPigeon's names. `pigeon` is the mesh underneath, for all it can do. */
export class PeerPigeonMesh extends PlainEvents<PeerPigeonMeshEvents> {
  readonly cryptoManager: CryptoManager
  readonly distributedStorage: DistributedStorageManager
  readonly webDHT: WebDHT
  readonly mediaManager: MediaManager
  /** What PeerPigeon's users look at of its gossip. */
  readonly gossipManager: { readonly seenMessages: { readonly size: number } }
  networkName: string
  readonly #options: PeerPigeonMeshOptions
  readonly #settings: Settings
  #identity: Identity | undefined
  #peerId: PeerId | undefined
  #environment: EnvironmentReport | undefined
  #pigeon: PigeonMesh | undefined
  /** In place of `#pigeon`, with `wire`. */
  #wire: WireMesh | undefined
  #signalingUrl: string | undefined
  #connectedAt: number | undefined
  #isConnected = false

  /** @throws RangeError that names the option and what it got */
  constructor(options: PeerPigeonMeshOptions = {}) {
    super()
    this.#options = options
    this.#settings = settingsOf(options)
    this.networkName = options.networkName ?? 'global'
    if (options.peerId !== undefined) assertPeerId(options.peerId)
    const source = () => ({ peerId: this.#id, identity: this.#keys, pigeon: this.#pigeon })
    this.cryptoManager = new CryptoManager(source, options.enableCrypto ?? true, () => this.init())
    const pigeon = () => this.pigeon
    this.distributedStorage = new DistributedStorageManager(pigeon, options.storage ?? {}, this)
    this.webDHT = new WebDHT(this)
    this.webDHT.onChange((event) => this.emit('dhtValueChanged', event))
    this.mediaManager = new MediaManager(this)
    const seen = () => this.#wire?.seen ?? this.#pigeon?.gossip.stats.seen ?? 0
    this.gossipManager = {
      seenMessages: {
        get size() {
          return seen()
        },
      },
    }
  }

  /** This peer's id; null before {@link init}. */
  get peerId(): PeerId | null {
    return this.#peerId ?? null
  }

  /** The same as `cryptoManager`. */
  get crypto(): CryptoManager {
    return this.cryptoManager
  }

  /** The mesh underneath. @throws Error before {@link connect}, and with `wire` */
  get pigeon(): PigeonMesh {
    if (this.#wire !== undefined) throw new Error(ONLY_MESSAGES)
    if (this.#pigeon === undefined) throw new Error('the mesh is not connected: call connect(url)')
    return this.#pigeon
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
    if (this.#peerId !== undefined) return
    const { identity, peerId } = this.#options
    const world = { crypto: systemCrypto, random: systemRandom, clock: systemClock }
    if (identity instanceof Identity) this.#identity = identity
    else if (typeof identity === 'object' && 'store' in identity) {
      this.#identity = await Identity.create({ ...world, persistent: identity.store })
    } else this.#identity = await Identity.create(world)
    this.#peerId = peerId === undefined ? this.#identity.id : assertPeerId(peerId)
    this.#status('setup', `Peer ID: ${this.#peerId}`)
  }

  /**
   * Joins the network by a hub, and from then on stays connected by itself.
   * @throws MeshError `HUB_UNREACHABLE` or `HUB_REFUSED`, after which it may be tried again
   */
  async connect(signalingUrl: string | URL): Promise<void> {
    if (this.#network !== undefined) {
      throw new Error(`already connected to ${this.#signalingUrl}: disconnect() comes first`)
    }
    await this.init()
    const url = String(signalingUrl)
    this.#signalingUrl = url
    this.#status('info', `Connecting to ${url}`)
    try {
      if (this.#options.wire === undefined) await this.#join(url)
      else await this.#joinOnWire(url)
    } catch (error) {
      this.#forget()
      this.#status('error', error instanceof Error ? error.message : String(error))
      throw error
    }
    if (this.#wire !== undefined) return
    const { pigeon } = this
    this.mediaManager.attach(pigeon)
    if (this.isDHTEnabled()) await this.#joinTable(pigeon)
    if (this.#options.debug ?? isDebugPage()) showInPage(this, pigeon)
  }

  /** Says goodbye to hub and peers; a promise, for those who wait. */
  async disconnect(): Promise<void> {
    const network = this.#network
    if (network === undefined) return
    this.mediaManager.detach()
    this.#forget()
    await network.close()
    this.#status('disconnected', 'Disconnected')
  }

  /** @returns the id others receive it under. @throws TypeError for what is neither JSON nor bytes */
  sendMessage(content: Content): string {
    return this.#joined.sendMessage(content)
  }

  /** `messageDelivered` or `messageFailed` follows. @returns the id of the message */
  sendDirectMessage(peerId: string, content: Content): string {
    return this.#joined.sendDirectMessage(assertPeerId(peerId), content)
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
    this.#settings.maxPeers = checkPeers('maxPeers', maxPeers, 1, 50)
    if (this.#settings.minPeers > maxPeers) this.setMinPeers(maxPeers)
    this.#network?.setMaxPeers(maxPeers)
    this.#status('setting', `maxPeers is ${maxPeers}`)
    return maxPeers
  }

  /** Links that are sought, 0 to 49; not more than `maxPeers`. */
  setMinPeers(minPeers: number): number {
    checkPeers('minPeers', minPeers, 0, 49)
    this.#settings.minPeers = Math.min(minPeers, this.#settings.maxPeers)
    this.#pigeon?.setMinPeers(this.#settings.minPeers)
    this.#status('setting', `minPeers is ${this.#settings.minPeers}`)
    return this.#settings.minPeers
  }

  setAutoDiscovery(enabled: boolean): void {
    this.#switch('autoDiscovery', enabled)
    this.#network?.setAutoDiscovery(enabled && this.#settings.autoConnect)
  }

  setAutoConnect(enabled: boolean): void {
    this.#switch('autoConnect', enabled)
    this.#network?.setAutoDiscovery(enabled && this.#settings.autoDiscovery)
  }

  setEvictionStrategy(enabled: boolean): void {
    this.#switch('evictionStrategy', enabled)
    this.#pigeon?.setEvictionStrategy(enabled)
  }

  setXorRouting(enabled: boolean): void {
    this.#switch('xorRouting', enabled)
    this.#pigeon?.setXorRouting(enabled)
  }

  /** @throws RangeError for anything but `websocket` */
  setConnectionType(type: string): void {
    if (type === 'websocket') return
    throw new RangeError(`the connection type is 'websocket', got ${JSON.stringify(type)}`)
  }

  /** @throws Error while connected: a peer is in one network */
  setNetworkName(name: string): void {
    if (this.#network !== undefined) throw new Error('disconnect() comes before another network')
    this.networkName = name
  }

  getNetworkName(): string {
    return this.networkName
  }

  getStatus(): MeshStatus {
    return {
      peerId: this.peerId,
      connected: this.#isConnected,
      connectedCount: this.getConnectedPeerCount(),
      discoveredCount: this.getDiscoveredPeers().length,
      ...this.#settings,
      connectionType: 'websocket',
      networkName: this.networkName,
      signalingUrl: this.#signalingUrl ?? null,
      uptime: this.#connectedAt === undefined ? 0 : Date.now() - this.#connectedAt,
    }
  }

  getConnectedPeerCount(): number {
    return this.#network?.peers.size ?? 0
  }

  /** Peers with a direct link. */
  getPeers(): PeerId[] {
    return [...(this.#network?.peers ?? [])]
  }

  /** The same as {@link getPeers}. */
  getConnectedPeerIds(): PeerId[] {
    return this.getPeers()
  }

  /** Peers that are known, linked or not. */
  getDiscoveredPeers(): DiscoveredPeer[] {
    const network = this.#network
    if (network === undefined) return []
    const all = new Set([...network.discovered, ...network.peers])
    return [...all].map((peerId) => ({ peerId, isConnected: network.peers.has(peerId) }))
  }

  canAcceptMorePeers(): boolean {
    return this.#network?.canAcceptMorePeers ?? true
  }

  hasPeer(peerId: string): boolean {
    return this.#network?.peers.has(peerId as PeerId) ?? false
  }

  /** Asks a peer for a link; `peerConnected` follows if it takes it. */
  connectToPeer(peerId: string): void {
    this.#joined.connectToPeer(assertPeerId(peerId))
  }

  /** Ends a link after what was sent. */
  async disconnectPeer(peerId: string, reason = 'manual'): Promise<void> {
    this.#status('info', `Disconnecting ${peerId}: ${reason}`)
    await this.#joined.disconnectPeer(assertPeerId(peerId))
  }

  /** Asks all known peers for a link, as far as there is room. @returns how many were asked */
  forceConnectToAllPeers(): number {
    return this.#joined.forceConnectToAllPeers()
  }

  /** How often a peer was asked for a link; of all that are known, if none is named. */
  getConnectionAttempts(peerId: string): number
  getConnectionAttempts(): Readonly<Record<string, number>>
  getConnectionAttempts(peerId?: string): number | Readonly<Record<string, number>> {
    if (peerId !== undefined) return this.#joined.getConnectionAttempts(assertPeerId(peerId))
    const all = this.getDiscoveredPeers().map(({ peerId: id }) => id)
    return Object.fromEntries(all.map((id) => [id, this.#joined.getConnectionAttempts(id)]))
  }

  /** What this peer knows of its place in the network. */
  debugConnectivity(): ReturnType<PigeonMesh['debugConnectivity']> {
    return this.pigeon.debugConnectivity()
  }

  /** Camera and microphone, sent to all linked peers. */
  startMedia(options: { video?: boolean; audio?: boolean } = {}): Promise<MediaStream> {
    return this.mediaManager.start(options)
  }

  async stopMedia(): Promise<void> {
    this.mediaManager.stop()
  }

  /** @returns whether it is on now */
  toggleVideo(): boolean {
    return this.mediaManager.toggle('video')
  }

  /** @returns whether it is on now */
  toggleAudio(): boolean {
    return this.mediaManager.toggle('audio')
  }

  enumerateMediaDevices(): ReturnType<typeof MediaManager.devices> {
    return MediaManager.devices()
  }

  getLocalStream(): MediaStream | null {
    return this.mediaManager.localStream
  }

  getRemoteStreams(): { peerId: PeerId; stream: MediaStream }[] {
    return this.mediaManager.remoteStreams
  }

  /** As {@link startMedia}, for some peers only. */
  startSelectiveStream(
    peerIds: string | readonly string[],
    options: { video?: boolean; audio?: boolean } = {},
  ): Promise<MediaStream> {
    return this.mediaManager.start(options, idsOf(peerIds))
  }

  /** @param returnToBroadcast whether all get it from now on; else nobody does */
  async stopSelectiveStream(returnToBroadcast = false): Promise<void> {
    if (returnToBroadcast) this.mediaManager.sendTo(undefined)
    else this.mediaManager.stop()
  }

  async enableStreamingForAllPeers(): Promise<void> {
    this.mediaManager.allowAll()
  }

  async blockStreamingToPeers(peerIds: string | readonly string[]): Promise<void> {
    this.mediaManager.block(idsOf(peerIds))
  }

  async allowStreamingToPeers(peerIds: string | readonly string[]): Promise<void> {
    this.mediaManager.allow(idsOf(peerIds))
  }

  getStreamingStatus(): StreamingStatus {
    return this.mediaManager.status
  }

  isStreamingToAll(): boolean {
    return this.mediaManager.status.toAll
  }

  getStreamingPeers(): readonly PeerId[] {
    return this.mediaManager.status.peers
  }

  getBlockedStreamingPeers(): readonly PeerId[] {
    return this.mediaManager.status.blocked
  }

  /** Each method of the table throws, and says why, with `enableWebDHT: false`. */
  isDHTEnabled(): boolean {
    return this.#options.enableWebDHT ?? true
  }

  dhtPut(key: string, value: unknown): Promise<boolean> {
    return this.webDHT.put(key, value)
  }

  dhtGet(key: string): Promise<unknown> {
    return this.webDHT.get(key)
  }

  dhtUpdate(key: string, value: unknown): Promise<boolean> {
    return this.webDHT.update(key, value)
  }

  dhtDelete(key: string): Promise<boolean> {
    return this.webDHT.delete(key)
  }

  /** `dhtValueChanged` tells of each change. */
  dhtSubscribe(key: string): Promise<void> {
    return this.webDHT.subscribe(key)
  }

  dhtUnsubscribe(key: string): Promise<void> {
    return this.webDHT.unsubscribe(key)
  }

  /** Seals for a peer, or for a group. */
  encryptMessage(
    content: unknown,
    peerId: string | null,
    groupId: string | null = null,
  ): Promise<EncryptedMessage> {
    if (groupId !== null) return this.cryptoManager.encryptForGroup(content, groupId)
    if (peerId !== null) return this.cryptoManager.encryptForPeer(content, peerId)
    return Promise.reject(new TypeError('encryptMessage needs a peer id, or a group id'))
  }

  /** Opens what {@link encryptMessage} sealed. @param from who it has to be from, if that matters */
  async decryptMessage(encrypted: EncryptedMessage, from?: string): Promise<unknown> {
    if (encrypted.groupId !== undefined) return this.cryptoManager.decryptFromGroup(encrypted)
    if (from !== undefined && encrypted.from !== from) {
      throw new Error(`this message says it is from ${encrypted.from}, not from ${from}`)
    }
    return this.cryptoManager.decryptFromPeer(encrypted)
  }

  /** Direct messages are sealed in any case: the same as {@link sendDirectMessage}. */
  sendEncryptedMessage(peerId: string, content: Content): string {
    return this.sendDirectMessage(peerId, content)
  }

  generateGroupKey(groupId: string): Promise<GroupKey> {
    return this.cryptoManager.generateGroupKey(groupId)
  }

  addGroupKey(groupId: string, key: GroupKey): void {
    this.cryptoManager.addGroupKey(groupId, key)
  }

  signData(data: unknown): Promise<string> {
    return this.cryptoManager.sign(data)
  }

  verifySignature(signature: string, data: unknown, publicKey: string): Promise<boolean> {
    return this.cryptoManager.verify(signature, data, publicKey)
  }

  /** Whatever this peer is in, if it is in anything. */
  get #network(): PigeonMesh | WireMesh | undefined {
    return this.#wire ?? this.#pigeon
  }

  /** @throws Error before {@link connect} */
  get #joined(): PigeonMesh | WireMesh {
    return this.#wire ?? this.pigeon
  }

  get #id(): PeerId {
    if (this.#peerId === undefined) throw new Error('the mesh has no id yet: call await init()')
    return this.#peerId
  }

  get #keys(): Identity {
    if (this.#identity === undefined) throw new Error('the mesh has no keys: call await init()')
    return this.#identity
  }

  async #join(url: string): Promise<void> {
    const pigeon = new PigeonMesh(this.networkName, this.#joinOptions(url))
    this.#pigeon = pigeon
    forwardEvents(pigeon, this)
    pigeon.on('connected', () => this.#cameIn())
    pigeon.on('disconnected', () => this.#fellOut())
    await pigeon.connect()
  }

  /** Among peers of npm `peerpigeon`. */
  async #joinOnWire(url: string): Promise<void> {
    const { engine, iceServers: given } = this.#options
    const iceServers = typeof given === 'function' ? await given() : given
    const { networkName: network } = this
    const { maxPeers, autoConnect, autoDiscovery } = this.#settings
    const wire = await connectWire({ url, self: this.#id, network, maxPeers, engine, iceServers })
    if (this.#wire !== undefined) throw new Error('connect() was called twice')
    this.#wire = wire
    wire.setAutoDiscovery(autoConnect && autoDiscovery)
    forwardWireEvents(wire, this)
    wire.on('connected', () => this.#cameIn())
    wire.on('disconnected', () => this.#fellOut())
    await wire.connect()
  }

  #cameIn(): void {
    this.#isConnected = true
    this.#connectedAt ??= Date.now()
  }

  #fellOut(): void {
    this.#isConnected = false
  }

  #joinOptions(url: string): ConstructorParameters<typeof PigeonMesh>[1] {
    const { peerId, allowUnverified, authorize, engine, links } = this.#options
    const { iceServers, iceTransportPolicy, password, secret, ttl = 10 } = this.#options
    const { autoConnect, autoDiscovery, ...settings } = this.#settings
    const given = { allowUnverified, authorize, engine, links, iceServers, iceTransportPolicy }
    const rest = Object.entries({ ...given, password, secret }).filter(
      ([, one]) => one !== undefined,
    )
    return {
      hubs: [url],
      ttl,
      ...settings,
      autoDiscovery: autoDiscovery && autoConnect,
      ...(peerId === undefined ? { identity: this.#keys } : { peerId }),
      ...Object.fromEntries(rest),
    }
  }

  /** Peers that never ask hold values of others all the same. */
  async #joinTable(pigeon: PigeonMesh): Promise<void> {
    const { openDht } = await import('@pigeon/peer/dht')
    openDht(pigeon)
  }

  #forget(): void {
    // One that did not come in goes on trying otherwise.
    if (!this.#isConnected) this.#wire?.close()
    this.#wire = undefined
    this.#pigeon = undefined
    this.#isConnected = false
    this.#connectedAt = undefined
  }

  #switch(
    name: 'autoDiscovery' | 'autoConnect' | 'evictionStrategy' | 'xorRouting',
    on: boolean,
  ): void {
    if (typeof on !== 'boolean') throw new TypeError(`${name} is true or false, got ${on}`)
    this.#settings[name] = on
    this.#status('setting', `${name} is ${on}`)
  }

  #status(type: StatusType, message: string): void {
    this.emit('statusChanged', { type, message })
  }
}

const ONLY_MESSAGES =
  "with wire: 'peerpigeon-1' there are links, broadcasts and direct messages; table, storage, media and keys need peers of this package alone"

function idsOf(peers: string | readonly string[]): PeerId[] {
  return [peers].flat().map((peer) => assertPeerId(peer as string))
}
