import { SignalingClient, SUBPROTOCOL } from '@pigeon/signaling-protocol'
import { SimulatedNetwork, Simulation } from '@pigeon/simulator'
import { type PeerId, peerIdFromName, randomPeerId } from '@pigeon/xor'
import { HUB_SUBPROTOCOL, HubNode, type HubNodeOptions, HubTrust } from '../src/federation.ts'
import { Hub } from '../src/hub.ts'
import type { HubOptions } from '../src/hub-options.ts'

export const SECRET = 'a secret for tests that is long enough'

/** One hub of a simulated network. */
export interface SimulatedHub {
  readonly url: string
  readonly id: PeerId
  readonly hub: Hub
  readonly node: HubNode
  readonly events: { readonly name: string; readonly event: unknown }[]
}

/** What a member heard. */
export class Member {
  readonly id: PeerId
  readonly client: SignalingClient
  readonly known: Set<PeerId> = new Set()
  readonly relayed: string[] = []
  readonly undeliverable: PeerId[] = []
  readonly left: PeerId[] = []

  constructor(client: SignalingClient) {
    this.client = client
    this.id = client.self
    const learn = (peers: readonly PeerId[]): void => {
      for (const peer of peers) this.known.add(peer)
    }
    client.on('connected', ({ peers }) => learn(peers))
    client.on('peers', learn)
    client.on('left', (peer) => this.left.push(peer))
    client.on('undeliverable', (to) => this.undeliverable.push(to))
    client.on('relay', (from, payload) =>
      this.relayed.push(`${from} ${new TextDecoder().decode(payload)}`),
    )
  }

  say(to: Member, text = 'hello'): string {
    return this.client.send(to.id, new TextEncoder().encode(text))
  }
}

/** Hubs and their members in virtual time. */
export class HubWorld {
  readonly simulation: Simulation
  readonly network: SimulatedNetwork
  readonly hubs: SimulatedHub[] = []
  readonly #members = new Map<number, PeerId[]>()

  constructor(seed: number) {
    this.simulation = new Simulation({ seed })
    this.network = new SimulatedNetwork(this.simulation, {
      ...{ latency: 10, mends: false, suspectMs: 1000, silenceMs: 3000 },
    })
  }

  /** Hubs that also link peer-to-peer. @param ids of each, or how many */
  startMesh(ids: readonly PeerId[] | number): void {
    const all =
      typeof ids === 'number'
        ? Array.from({ length: ids }, (_, index) => peerIdFromName(`hub ${index}`))
        : ids
    for (const [index, hubPeerId] of all.entries()) this.addToMesh(index, hubPeerId)
  }

  addToMesh(index: number, hubPeerId: PeerId = peerIdFromName(`hub ${index}`)): void {
    this.hub(index, { hubPeerId, links: this.network.links(hubPeerId) })
  }

  /** Lets nothing pass on peer-to-peer links, whose ends are hosts of their own. */
  blockLinks(isBlocked: boolean): void {
    this.network.partition(isBlocked ? this.hubs.map(({ id }) => [id]) : [])
  }

  /** Splits the hubs, by their numbers; their members go with them. */
  partition(groups: readonly (readonly number[])[]): void {
    this.network.partition(
      groups.map((group) =>
        group.flatMap((index) => {
          const { url, id } = this.hubs[index] as SimulatedHub
          return [id, peerIdFromName(url), ...(this.#members.get(index) ?? [])]
        }),
      ),
    )
  }

  /** A hub dies without a word. */
  crash(index: number): void {
    const { url, id } = this.hubs[index] as SimulatedHub
    for (const host of [id, peerIdFromName(url)]) this.network.host(host).crash('silence')
  }

  hub(
    index: number,
    options: Partial<HubNodeOptions> = {},
    limits: Partial<HubOptions> = {},
  ): SimulatedHub {
    const url = `ws://hub${index}:3000`
    const server = this.network.listen(url, (socket, { protocols, remoteAddress }) => {
      if (protocols.includes(HUB_SUBPROTOCOL)) node.accept(socket)
      else if (protocols.includes(SUBPROTOCOL)) hub.accept(socket, { remoteAddress })
    })
    const { clock, random, id: host } = server.host
    const hubPeerId = options.hubPeerId ?? peerIdFromName(`hub ${index}`)
    const hub = new Hub({ clock, random, maxConnections: 20_000, ...limits })
    const node = new HubNode({
      ...{ hub, hubPeerId, clock, random, url },
      connect: this.network.connector(host),
      trust: new HubTrust({ secrets: [SECRET] }),
      bootstrapHubs: index === 0 ? [] : ['ws://hub0:3000'],
      maxReconnectAttempts: Number.POSITIVE_INFINITY,
      ...options,
    })
    const events: SimulatedHub['events'] = []
    for (const name of EVENTS) node.on(name, (event: unknown) => void events.push({ name, event }))
    const made = { url, id: hubPeerId, hub, node, events }
    this.hubs.push(made)
    node.start()
    return made
  }

  /** As many hubs, which all dial the first. */
  start(count: number, options: (index: number) => Partial<HubNodeOptions> = () => ({})): void {
    for (let index = 0; index < count; index++) this.hub(index, options(index))
  }

  member(hub: number, name?: string, network = 'net'): Member {
    const random = this.simulation.random('members')
    const self = name === undefined ? randomPeerId(random) : peerIdFromName(name)
    const host = this.network.host(self)
    this.#members.set(hub, [...(this.#members.get(hub) ?? []), self])
    const { group } = this.network.host(peerIdFromName((this.hubs[hub] as SimulatedHub).url))
    host.group = group
    const client = new SignalingClient({
      ...{ urls: [(this.hubs[hub] as SimulatedHub).url], self, network },
      ...{ connect: this.network.connector(self), clock: host.clock, random: host.random },
    })
    const member = new Member(client)
    client.start()
    return member
  }

  until(check: () => boolean, limitMs = 30_000): boolean {
    return this.simulation.runUntil(check, limitMs, 10)
  }

  /** Every hub sees every other. */
  get isWhole(): boolean {
    return this.hubs.every(({ node }) => node.hubs.length === this.hubs.length - 1)
  }
}

const EVENTS = [
  ...([
    'bootstrapConnected',
    'bootstrapDisconnected',
    'hubDiscovered',
    'bootstrapSignaling',
  ] as const),
  ...(['hubP2PConnected', 'hubP2PDisconnected', 'hubMeshReady', 'hubMeshMigrated'] as const),
  ...(['hubMeshFallback', 'hubLost', 'hubRefused', 'bootstrapGaveUp'] as const),
]
