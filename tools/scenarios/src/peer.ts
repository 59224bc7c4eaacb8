import { Gossip, type GossipOptions } from '@pigeon/gossip'
import { DirectMessages, Mesh, type MeshOptions } from '@pigeon/mesh'
import { SignalingClient, type SignalingClientOptions } from '@pigeon/signaling-protocol'
import type { CrashNotice, Host, SimulatedNetwork } from '@pigeon/simulator'
import type { PeerId } from '@pigeon/xor'

/** The world a peer takes from the network, and may not be given. */
type World = 'self' | 'signaling' | 'links' | 'clock' | 'random' | 'transport' | 'connect'

/** What the classes of one peer are made with, beside the world. */
export interface PeerOptions {
  mesh?: Omit<Partial<MeshOptions>, World>
  /** `false`: no broadcast, for measurements of the mesh alone. */
  gossip?: Omit<Partial<GossipOptions>, World> | false
  signaling?: Omit<Partial<SignalingClientOptions>, World>
}

/** The classes of one life of a peer. */
export interface Layers {
  readonly signaling: SignalingClient
  readonly mesh: Mesh
  readonly gossip: Gossip | undefined
  readonly direct: DirectMessages
}

/** A peer made of the real classes, on a simulated host. */
export class ScenarioPeer {
  readonly id: PeerId
  readonly host: Host
  readonly #network: SimulatedNetwork
  readonly #hubUrl: string
  readonly #options: PeerOptions
  readonly #onStart: (peer: ScenarioPeer, layers: Layers) => void
  #layers: Layers | undefined

  constructor(options: {
    network: SimulatedNetwork
    id: PeerId
    hubUrl: string
    layers: PeerOptions
    /** Called with the classes of each life before they start. */
    onStart: (peer: ScenarioPeer, layers: Layers) => void
  }) {
    this.#network = options.network
    this.#hubUrl = options.hubUrl
    this.#options = options.layers
    this.#onStart = options.onStart
    this.id = options.id
    this.host = options.network.host(options.id)
  }

  /** Started, and not gone since. */
  get running(): boolean {
    return this.#layers !== undefined && this.host.state === 'running'
  }

  /** @throws TypeError before {@link start} */
  get layers(): Layers {
    if (this.#layers === undefined) throw new TypeError(`${this.id} has not started`)
    return this.#layers
  }

  get mesh(): Mesh {
    return this.layers.mesh
  }

  /** @throws TypeError if it was made without */
  get gossip(): Gossip {
    const { gossip } = this.layers
    if (gossip === undefined) throw new TypeError(`${this.id} has no gossip`)
    return gossip
  }

  get direct(): DirectMessages {
    return this.layers.direct
  }

  get signaling(): SignalingClient {
    return this.layers.signaling
  }

  /** Makes the classes and connects to the hub; after a crash on a restarted host. */
  start(): void {
    if (this.host.state === 'down') this.host.restart()
    const { id: self, host } = this
    const { clock, random } = host
    const signaling = new SignalingClient({
      urls: [this.#hubUrl],
      network: 'scenario',
      ...this.#options.signaling,
      self,
      connect: this.#network.connector(self),
      clock,
      random,
    })
    const links = this.#network.links(self)
    const mesh = new Mesh({ ...this.#options.mesh, self, signaling, links, clock, random })
    const gossip = this.#makeGossip(mesh)
    const direct = new DirectMessages({
      router: mesh.router,
      self: mesh.self,
      clock,
      isAlone: () => mesh.peers.size === 0,
    })
    this.#layers = { signaling, mesh, gossip, direct }
    this.#onStart(this, this.#layers)
    signaling.start()
  }

  /** Says goodbye to everyone and is gone. */
  leave(): void {
    const { mesh, gossip, direct, signaling } = this.layers
    gossip?.close()
    direct.close()
    void mesh.close()
    signaling.close()
    this.host.leave()
  }

  /** Is gone without a word. */
  crash(notice: CrashNotice = 'silence'): void {
    this.host.crash(notice)
  }

  #makeGossip(mesh: Mesh): Gossip | undefined {
    const { gossip: options } = this.#options
    if (options === false) return undefined
    const { clock, random } = this.host
    return new Gossip({ ...options, transport: mesh.open('pigeon/gossip/1'), clock, random })
  }
}
