import { systemCrypto } from '@pigeon/identity/system'
import { assertPeerId, Identity, type PeerId, PigeonMesh } from '@pigeon/peer'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import type { PeerPigeonMeshEvents, StatusType } from './events.ts'
import { forwardEvents, forwardWireEvents } from './forward-events.ts'
import type { PeerPigeonMeshOptions, Settings } from './options.ts'
import type { PlainEvents } from './plain-events.ts'
import { connectWire } from './wire/connect-wire.ts'
import type { WireMesh } from './wire/wire-mesh.ts'

const ONLY_MESSAGES =
  "with wire: 'peerpigeon-1' there are links, broadcasts and direct messages; table, storage, media and keys need peers of this package alone"

/** Who a mesh is, and the network it is in, if it is in one. */
export class Session {
  networkName: string
  readonly #options: PeerPigeonMeshOptions
  readonly #settings: Settings
  readonly #events: PlainEvents<PeerPigeonMeshEvents>
  #identity: Identity | undefined
  #peerId: PeerId | undefined
  #pigeon: PigeonMesh | undefined
  /** In place of `#pigeon`, with `wire`. */
  #wire: WireMesh | undefined
  #url: string | undefined
  #connectedAt: number | undefined
  #isConnected = false

  /** @throws RangeError if `peerId` is no id */
  constructor(
    options: PeerPigeonMeshOptions,
    settings: Settings,
    events: PlainEvents<PeerPigeonMeshEvents>,
  ) {
    this.#options = options
    this.#settings = settings
    this.#events = events
    this.networkName = options.networkName ?? 'global'
    if (options.peerId !== undefined) assertPeerId(options.peerId)
  }

  /** This peer's id, once it has one. */
  get peerId(): PeerId | undefined {
    return this.#peerId
  }

  /** @throws Error before {@link init} */
  get id(): PeerId {
    if (this.#peerId === undefined) throw new Error('the mesh has no id yet: call await init()')
    return this.#peerId
  }

  /** @throws Error before {@link init} */
  get keys(): Identity {
    if (this.#identity === undefined) throw new Error('the mesh has no keys: call await init()')
    return this.#identity
  }

  /** The mesh underneath, if it is in one of ours. */
  get mesh(): PigeonMesh | undefined {
    return this.#pigeon
  }

  /** The mesh underneath. @throws Error before {@link enter}, and with `wire` */
  get pigeon(): PigeonMesh {
    if (this.#wire !== undefined) throw new Error(ONLY_MESSAGES)
    if (this.#pigeon === undefined) throw new Error('the mesh is not connected: call connect(url)')
    return this.#pigeon
  }

  /** Whatever this peer is in, if it is in anything. */
  get network(): PigeonMesh | WireMesh | undefined {
    return this.#wire ?? this.#pigeon
  }

  /** As {@link network}. @throws Error before {@link enter} */
  get joined(): PigeonMesh | WireMesh {
    return this.#wire ?? this.pigeon
  }

  /** Broadcasts it has heard of. */
  get seen(): number {
    return this.#wire?.seen ?? this.#pigeon?.gossip.stats.seen ?? 0
  }

  /** The hub it was given last. */
  get url(): string | undefined {
    return this.#url
  }

  /** Whether a hub is connected. */
  get isConnected(): boolean {
    return this.#isConnected
  }

  /** Ms since the first hub let this peer in; 0 before. */
  get uptimeMs(): number {
    return this.#connectedAt === undefined ? 0 : Date.now() - this.#connectedAt
  }

  /** Makes keys and id, once. */
  async init(): Promise<void> {
    if (this.#peerId !== undefined) return
    const { identity, peerId } = this.#options
    const world = { crypto: systemCrypto, random: systemRandom, clock: systemClock }
    if (identity instanceof Identity) this.#identity = identity
    else if (typeof identity === 'object' && 'store' in identity) {
      this.#identity = await Identity.create({ ...world, persistent: identity.store })
    } else this.#identity = await Identity.create(world)
    this.#peerId = peerId === undefined ? this.#identity.id : assertPeerId(peerId)
    this.status('setup', `Peer ID: ${this.#peerId}`)
  }

  /** Joins by a hub. @throws MeshError, after which it may be tried again */
  async enter(url: string): Promise<void> {
    if (this.network !== undefined) {
      throw new Error(`already connected to ${this.#url}: disconnect() comes first`)
    }
    await this.init()
    this.#url = url
    this.status('info', `Connecting to ${url}`)
    try {
      if (this.#options.wire === undefined) await this.#join(url)
      else await this.#joinOnWire(url)
    } catch (error) {
      this.forget()
      this.status('error', error instanceof Error ? error.message : String(error))
      throw error
    }
  }

  /** Is in no network any more; who closes that is up to others. */
  forget(): void {
    // One that did not come in goes on trying otherwise.
    if (!this.#isConnected) this.#wire?.close()
    this.#wire = undefined
    this.#pigeon = undefined
    this.#isConnected = false
    this.#connectedAt = undefined
  }

  status(type: StatusType, message: string): void {
    this.#events.emit('statusChanged', { type, message })
  }

  async #join(url: string): Promise<void> {
    const pigeon = new PigeonMesh(this.networkName, this.#joinOptions(url))
    this.#pigeon = pigeon
    forwardEvents(pigeon, this.#events)
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
    const wire = await connectWire({ url, self: this.id, network, maxPeers, engine, iceServers })
    if (this.#wire !== undefined) throw new Error('connect() was called twice')
    this.#wire = wire
    wire.setAutoDiscovery(autoConnect && autoDiscovery)
    forwardWireEvents(wire, this.#events)
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
      // The page is shown what this package calls it.
      debug: false,
      ...settings,
      autoDiscovery: autoDiscovery && autoConnect,
      ...(peerId === undefined ? { identity: this.keys } : { peerId }),
      ...Object.fromEntries(rest),
    }
  }
}
