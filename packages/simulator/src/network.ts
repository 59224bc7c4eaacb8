import type { CloseReason, LinkFactory, Transport } from '@pigeon/transport'
import { assertPeerId, type PeerId, peerIdFromName } from '@pigeon/xor'
import { Attempts, HostLinks } from './attempts.ts'
import { EdgeTransport } from './edge-transport.ts'
import type { End } from './end.ts'
import { Host } from './host.ts'
import { latencyBetween } from './latency.ts'
import { type NetworkOptions, type ResolvedOptions, rate, resolveOptions } from './options.ts'
import type { Profile } from './profile.ts'
import { type Accept, SimulatedServer } from './server.ts'
import type { Simulation } from './simulation.ts'
import { BROKEN, SimulatedSocket } from './socket.ts'
import type { World } from './world.ts'

/** Makes message sockets: the shape of `SocketConnector` of `@pigeon/signaling-protocol`. */
export type SimulatedConnector = (url: string, protocols: readonly string[]) => SimulatedSocket

/** All hosts, what connects them, and what goes wrong between them. */
export class SimulatedNetwork implements World {
  readonly simulation: Simulation
  readonly options: ResolvedOptions
  readonly linkProfile: Profile
  readonly socketProfile: Profile
  readonly #hosts = new Map<PeerId, Host>()
  readonly #transports = new Map<PeerId, { life: number; transport: EdgeTransport }>()
  readonly #servers = new Map<string, SimulatedServer>()
  readonly #pairLoss = new Map<string, number>()
  readonly #attempts: Attempts
  readonly #latency: (a: Host, b: Host) => number
  #lossRate: number

  /** @throws RangeError that names the option and what it got */
  constructor(simulation: Simulation, options: NetworkOptions = {}) {
    this.simulation = simulation
    this.options = resolveOptions(options)
    const { windowBytes, silenceMs, suspectMs, socketSilenceMs, bandwidth, copyFrames } =
      this.options
    const link = {
      silent: 'timeout',
      unheard: 'failed',
      broken: 'failed',
      left: 'bye',
    } satisfies Reasons
    this.linkProfile = {
      simulation,
      windowBytes,
      silenceMs,
      suspectMs,
      bandwidth,
      copyFrames,
      isSocket: false,
      ...link,
    }
    this.socketProfile = {
      simulation,
      windowBytes: Number.POSITIVE_INFINITY,
      silenceMs: socketSilenceMs,
      suspectMs: Number.POSITIVE_INFINITY,
      bandwidth,
      copyFrames: false,
      isSocket: true,
      silent: BROKEN,
      unheard: BROKEN,
      broken: BROKEN,
      left: { code: 1001, reason: 'going away' },
    }
    this.#latency = latencyBetween(this.options.latency)
    this.#attempts = new Attempts(this)
    this.#lossRate = this.options.lossRate
  }

  /** Every host so far, by id. */
  get hosts(): ReadonlyMap<PeerId, Host> {
    return this.#hosts
  }

  /**
   * The host of that id, new if there is none.
   * @throws TypeError if it is not an id
   */
  host(id: PeerId): Host {
    let host = this.#hosts.get(id)
    if (host === undefined) {
      assertPeerId(id)
      host = new Host(this.simulation, id, this.#hosts.size)
      this.#hosts.set(id, host)
    }
    return host
  }

  /** The transport over what {@link connect} connects; a new one after the host's restart. */
  transport(id: PeerId): Transport {
    return this.#edges(id)
  }

  /** Makes two peers neighbours; `up` follows at once on both, as the next events. */
  connect(a: PeerId, b: PeerId): void {
    if (a === b) throw new TypeError(`a peer is no neighbour of itself: ${a}`)
    this.#edges(a).connect(this.#edges(b), this)
  }

  /** Ends what {@link connect} made, from the side of `a`. */
  disconnect(a: PeerId, b: PeerId, reason: CloseReason = 'local'): void {
    this.#edges(a).disconnect(b, reason)
  }

  /** Links for this life of the host: take new ones after a restart. */
  links(id: PeerId): LinkFactory {
    return new HostLinks(this, this.#attempts, this.host(id))
  }

  /** Sockets for this life of the host. To an address nobody listens on they fail, code 1006. */
  connector(id: PeerId): SimulatedConnector {
    const host = this.host(id)
    return (url, protocols) => {
      const socket = new SimulatedSocket(host)
      const server = this.#servers.get(url)
      if (server === undefined) socket.fail(0)
      else server.connect(socket, url, protocols)
      return socket
    }
  }

  /**
   * Takes socket connections at an address, on a host of its own.
   * @param options.latencyMs one-way delay to everyone. Default as between any two hosts
   * @throws TypeError if the address is taken
   */
  listen(url: string, accept: Accept, options: { latencyMs?: number } = {}): SimulatedServer {
    if (this.#servers.has(url)) throw new TypeError(`${url} is taken`)
    const host = this.host(peerIdFromName(url))
    const server = new SimulatedServer(this, host, url, accept, options.latencyMs)
    this.#servers.set(url, server)
    return server
  }

  /**
   * Splits the network: nothing passes between different groups. Who is in none reaches everyone;
   * an earlier partition is over. What is on its way waits for {@link heal}, or for the silence.
   */
  partition(groups: readonly (readonly PeerId[])[]): void {
    for (const host of this.#hosts.values()) host.group = undefined
    for (const [group, ids] of groups.entries()) {
      for (const id of ids) this.host(id).group = group
    }
    for (const host of this.#hosts.values()) {
      for (const attachment of [...host.attachments]) attachment.partitionChanged()
    }
  }

  /** Ends a partition. */
  heal(): void {
    this.partition([])
  }

  /**
   * Makes every connection between two peers half-open: what `from` sends does not arrive at `to`.
   * @param silent false ends it
   */
  silence(from: PeerId, to: PeerId, silent = true): void {
    for (const end of this.#ends(to)) if (end.remote.id === from) end.mute(silent)
  }

  /**
   * Drops frames without a word, beyond the contract of a transport.
   * @param lossRate 0 to 1
   * @param pair for the links of these two alone. Default: all links
   */
  lose(lossRate: number, pair?: readonly [PeerId, PeerId]): void {
    rate('lossRate', lossRate)
    if (pair === undefined) {
      this.#lossRate = lossRate
      this.#pairLoss.clear()
    } else {
      this.#pairLoss.set(pairKey(pair[0], pair[1]), lossRate)
    }
    for (const { id } of this.#hosts.values()) {
      for (const end of this.#ends(id)) {
        if (end.profile === this.linkProfile) end.lose(this.lossRate(end.host, end.remote))
      }
    }
  }

  latency(a: Host, b: Host): number {
    return this.#latency(a, b)
  }

  lossRate(a: Host, b: Host): number {
    if (this.#pairLoss.size === 0) return this.#lossRate
    return this.#pairLoss.get(pairKey(a.id, b.id)) ?? this.#lossRate
  }

  #ends(id: PeerId): End[] {
    return [...this.host(id).attachments] as End[]
  }

  #edges(id: PeerId): EdgeTransport {
    const host = this.host(id)
    const known = this.#transports.get(id)
    if (known?.life === host.life) return known.transport
    const transport = new EdgeTransport(host, this.options.maxFrameBytes)
    this.#transports.set(id, { life: host.life, transport })
    return transport
  }
}

interface Reasons {
  readonly silent: CloseReason
  readonly unheard: CloseReason
  readonly broken: CloseReason
  readonly left: CloseReason
}

function pairKey(a: PeerId, b: PeerId): string {
  return a < b ? a + b : b + a
}
