import { isNetworkName } from '@pigeon/signaling-protocol'
import {
  decodeV1Frame,
  quickV1Signal,
  V1_SIGNALS,
  type V1Frame,
  V1Stamp,
  v1Connected,
  v1Disconnected,
  v1Discovered,
  v1Error,
  v1Goodbye,
  v1NotRouted,
  v1Pong,
} from '@pigeon/signaling-protocol/v1'
import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { allows, type TokenGrant } from '../auth.ts'
import type { Connection } from '../connection.ts'
import type { Connections } from '../connections.ts'
import type { Elsewhere, HubAccess } from '../elsewhere.ts'
import type { HubPeer, LeaveReason } from '../events.ts'
import type { HubLimits } from '../limits.ts'
import type { Network } from '../network.ts'
import { Registry } from '../registry.ts'
import { v1Audience, v1Farewell } from './audience.ts'
import { federatedV1 } from './federated-name.ts'
import { Later } from './later.ts'
import { Strangers } from './strangers.ts'
import { v1Access } from './v1-access.ts'

/** Bytes of an announcement whose fields are told to others; of a larger one the id alone is. */
const MAX_ECHO_BYTES = 2048

/** Messages that an announcement counts as besides itself: its answers cost the hub about that much. */
const ANNOUNCE_COST = 9

/** How much later the smaller of two ids is told: the larger one's offer is there by then, ms. */
const DIAL_FIRST_MS = 1000

/** After so long without a signal those who may dial a peer are told of it again, ms. */
const ANNOUNCE_AGAIN_MS = 3000

/** So many of them: one link is enough for a start. */
const ANNOUNCE_AGAIN_TO = 3

/** What is said to a client that announces itself as a hub. */
const IS_NO_HUB =
  'isHub is not believed: this connection is served as a client. Hubs link by the subprotocol pigeon-hub.1 and a shared HUB_SECRET'

/** At most this often others are told again of a peer that announces itself again, ms. */
const ANNOUNCE_INTERVAL_MS = 30_000

/** What a connection of version 1 is known as. */
export interface V1Peer {
  readonly id: PeerId
  readonly grant: TokenGrant | undefined
  /** Where it announced itself. */
  network: Network<Connection> | undefined
  stamp: V1Stamp | undefined
  /** What it said of itself. */
  data: object | undefined
  announcedAt: number
  /** When it was last in no network. */
  idleSince: number
  /** It has dialled somebody, or was dialled. */
  signalled: boolean
  pingedAt: number | undefined
  /** Peers of other hubs it was told of. */
  readonly strangers: Strangers
}

/** What {@link V1Peers} needs from its hub. */
export interface V1PeersOptions {
  readonly clock: Clock
  readonly limits: HubLimits
  readonly connections: Connections
  /** Whether one more network would be too many. */
  readonly isFull: () => boolean
  readonly isSilent: (connection: Connection) => boolean
  readonly joined: (peerId: PeerId, network: string) => void
  readonly left: (peerId: PeerId, network: string, reason: LeaveReason) => void
  readonly goodbye: (peerId: PeerId, network: string) => void
  readonly announced: (peerId: PeerId, network: string) => void
}

/** What came of a message. */
export type V1Outcome = 'ok' | 'relayed' | 'undeliverable' | 'rate-limited' | 'malformed'

/**
 * Peers that speak PeerPigeon's JSON. They have networks of their own: they could not talk to others.
 *
 * Invariants: an id has one connection; a peer is in at most one network; every message about a peer
 * carries the network's name, and its sender's id is the connection's.
 */
export class V1Peers {
  readonly #options: V1PeersOptions
  readonly #registry = new Registry<Connection>()
  readonly #byId = new Map<PeerId, Connection>()
  readonly #again: Later<Connection>
  readonly #smaller: Later<{ to: Connection; peerId: PeerId }>
  /** Ids told so far. */
  named = 0
  /** Messages that claimed to be from somebody else; they were stamped. */
  spoofed = 0
  /** The other hubs, if there are any. */
  elsewhere: Elsewhere | undefined

  constructor(options: V1PeersOptions) {
    this.#options = options
    const { clock } = options
    this.#again = new Later(clock, ANNOUNCE_AGAIN_MS, (connection) =>
      this.#announceAgain(connection),
    )
    this.#smaller = new Later(clock, DIAL_FIRST_MS, ({ to, peerId }) => {
      if (to.v1?.network !== undefined) this.#name(to.v1.network, peerId, to.v1.id)
    })
  }

  /** Members of networks. */
  get size(): number {
    return this.#registry.size
  }

  get networkCount(): number {
    return this.#registry.networkCount
  }

  /** What other hubs may do with the members here. */
  get access(): HubAccess {
    const { connections, isSilent } = this.#options
    return v1Access({
      members: () => this.#registry.all(),
      member: (network, id) => this.#registry.network(network)?.get(id),
      send: (connection, bytes) => connections.sendBytes(connection, bytes),
      name: (to, peerId) => this.#nameStranger(to, peerId),
      now: () => this.#now(),
      displace: (connection) => {
        if (isSilent(connection)) connections.end(connection, 'REPLACED', 'it joined another hub')
      },
    })
  }

  list(): HubPeer[] {
    return this.#registry.list(({ connectedAt, heardAt }) => ({
      connectedAt,
      lastHeardAt: heardAt,
    }))
  }

  /** A connection with this id opened. Ends it, or an earlier one that fell silent, if the id is taken. */
  connect(connection: Connection, id: PeerId, grant: TokenGrant | undefined): void {
    const { connections, clock, isSilent } = this.#options
    const holder = this.#byId.get(id)
    if (holder !== undefined && !holder.closing) {
      if (!isSilent(holder)) {
        connections.end(connection, 'ID_TAKEN', 'Peer already connected')
        return
      }
      connections.end(holder, 'HEARTBEAT_TIMEOUT', 'silent, and its id was claimed')
    }
    const now = clock.now()
    connection.v1 = {
      id,
      grant,
      network: undefined,
      stamp: undefined,
      data: undefined,
      announcedAt: 0,
      idleSince: now,
      signalled: false,
      pingedAt: undefined,
      strangers: new Strangers(),
    }
    this.#byId.set(id, connection)
    connections.sendBytes(connection, v1Connected(id, Math.floor(now)))
  }

  /** @param allowed whether the sender keeps within its rate */
  message(connection: Connection, peer: V1Peer, bytes: Uint8Array, allowed: boolean): V1Outcome {
    if (!allowed) {
      this.#complain(connection, 'Rate limit exceeded')
      return 'rate-limited'
    }
    const quick = quickV1Signal(bytes)
    if (quick !== undefined) return this.#relay(peer, quick.type, quick.target, bytes)
    const frame = decodeV1Frame(bytes)
    if (frame === undefined) return 'malformed'
    const { fromPeerId, type } = frame
    if (fromPeerId !== undefined && fromPeerId !== peer.id) this.spoofed++
    if (V1_SIGNALS.has(type)) return this.#relay(peer, type, frame.targetPeerId, bytes)
    switch (type) {
      case 'announce':
        this.#announce(connection, peer, frame, bytes.length)
        return 'ok'
      case 'goodbye':
        this.#goodbye(connection, peer, bytes.length > MAX_ECHO_BYTES ? undefined : frame.data)
        return 'ok'
      case 'ping': {
        const name = peer.network?.name ?? frame.networkName
        this.#options.connections.sendBytes(connection, v1Pong(peer.id, name, this.#now()))
        return 'ok'
      }
      case 'cleanup':
        return 'ok'
      default:
        // Handing on `connection-rejected` would make its receiver close the link it is making.
        this.#complain(connection, v1NotRouted(type))
        return 'ok'
    }
  }

  /** The connection is gone, or going. */
  leave(connection: Connection, reason: LeaveReason): void {
    const peer = connection.v1
    if (peer === undefined) return
    this.#leaveNetwork(connection, peer, reason)
    if (this.#byId.get(peer.id) === connection) this.#byId.delete(peer.id)
    if (this.#byId.size > 0) return
    this.#again.clear()
    this.#smaller.clear()
  }

  #now(): number {
    return Math.floor(this.#options.clock.now())
  }

  #announce(connection: Connection, peer: V1Peer, frame: V1Frame, bytes: number): void {
    const { connections, limits, isFull, joined } = this.#options
    const { networkName: name, data } = frame
    if (!isNetworkName(name)) {
      this.#complain(connection, 'Invalid network name')
      return
    }
    if (peer.grant !== undefined && !allows(peer.grant, peer.id, name)) {
      connections.end(connection, 'AUTH_FAILED', 'the token is not valid for this')
      return
    }
    connection.charge(
      Math.min(ANNOUNCE_COST, limits.messageBurst - 1),
      0,
      this.#options.clock.now(),
    )
    const again = peer.network?.name === name
    if (!again) {
      this.#leaveNetwork(connection, peer, 'goodbye')
      const there = this.#registry.network(name)
      const size = there?.size ?? 0
      if (there === undefined ? isFull() : size >= limits.maxPeersPerNetwork) {
        connections.end(connection, 'NETWORK_FULL', 'no place left in this network')
        return
      }
      peer.network = this.#registry.set(name, peer.id, connection)
      peer.stamp = new V1Stamp(peer.id, name)
      peer.signalled = false
    }
    peer.data =
      typeof data === 'object' && data !== null && !Array.isArray(data) && bytes <= MAX_ECHO_BYTES
        ? data
        : undefined
    if (peer.data !== undefined && Reflect.get(peer.data, 'isHub') === true) {
      this.#complain(connection, IS_NO_HUB)
    }
    const now = this.#options.clock.now()
    const tellOthers = !again || now - peer.announcedAt >= ANNOUNCE_INTERVAL_MS
    if (tellOthers) peer.announcedAt = now
    this.#introduce(peer, tellOthers)
    this.#again.add(connection)
    if (again) return
    joined(peer.id, name)
    this.#options.announced(peer.id, name)
    this.#tellElsewhere(peer)
  }

  /**
   * Names a peer and its audience to each other. Of two the one with the larger id hears first: a
   * smaller one that knows of it dials as well, and may then overlook the offer it should answer.
   */
  #introduce(peer: V1Peer, tellOthers: boolean): void {
    const { network, id } = peer
    if (network === undefined) return
    for (const other of v1Audience(network, id)) {
      const [smaller, larger] = id < other ? [id, other] : [other, id]
      const to = network.get(smaller)
      if (tellOthers || larger === id) this.#name(network, smaller, larger)
      if (to !== undefined && (tellOthers || smaller === id)) {
        this.#smaller.add({ to, peerId: larger })
      }
    }
  }

  #name(network: Network<Connection>, peerId: PeerId, to: PeerId): void {
    const receiver = network.get(to)
    const data = network.get(peerId)?.v1?.data
    if (receiver === undefined) return
    this.named++
    const bytes = v1Discovered({ to, peerId, networkName: network.name, data }, this.#now())
    this.#options.connections.sendBytes(receiver, bytes)
  }

  #tellElsewhere({ network, id: peerId }: V1Peer): void {
    if (network === undefined) return
    const federated = federatedV1(network.name)
    this.elsewhere?.joined({ network: federated, peerId, evidence: undefined })
  }

  /** Tells a member of one of another hub, at once if it is to dial it. */
  #nameStranger(to: Connection, peerId: PeerId): void {
    if (to.v1?.network === undefined) return
    const { id, network, strangers } = to.v1
    if (!strangers.isDue(peerId, this.#options.clock.now())) return
    if (id > peerId) this.#name(network, peerId, id)
    else this.#smaller.add({ to, peerId })
  }

  /** Nobody dialled it so far: those who may, the larger ids, are told of it once more. */
  #announceAgain(connection: Connection): void {
    const peer = connection.v1
    const network = peer?.network
    if (peer === undefined || network === undefined || peer.signalled) return
    const larger = v1Audience(network, peer.id).filter((other) => other > peer.id)
    for (const other of larger.slice(0, ANNOUNCE_AGAIN_TO)) this.#name(network, peer.id, other)
    this.#tellElsewhere(peer)
  }

  #relay(peer: V1Peer, type: string, to: PeerId | undefined, bytes: Uint8Array): V1Outcome {
    const { network, stamp } = peer
    // Only the sender's own network is looked at, so a foreign peer and none look the same.
    if (network === undefined || stamp === undefined) return 'undeliverable'
    if (to === undefined || to === peer.id) return 'undeliverable'
    const target = network.get(to)
    const stamped = stamp.put(bytes, type, this.#options.clock.now())
    if (target === undefined) {
      const isTaken = this.elsewhere?.relay(federatedV1(network.name), peer.id, to, stamped)
      if (isTaken !== true) return 'undeliverable'
      peer.signalled = true
      return 'relayed'
    }
    if (!this.#options.connections.sendBytes(target, stamped)) return 'undeliverable'
    peer.signalled = true
    if (target.v1 !== undefined) target.v1.signalled = true
    return 'relayed'
  }

  #goodbye(connection: Connection, peer: V1Peer, data: unknown): void {
    const { network, id } = peer
    if (network === undefined) return
    const networkName = network.name
    for (const to of v1Farewell(network, id)) {
      const receiver = network.get(to)
      if (receiver === undefined) continue
      const bytes = v1Goodbye({ to, peerId: id, networkName }, data ?? { peerId: id }, this.#now())
      this.#options.connections.sendBytes(receiver, bytes)
    }
    this.#options.goodbye(id, networkName)
    this.#leaveNetwork(connection, peer, 'goodbye')
  }

  #leaveNetwork(connection: Connection, peer: V1Peer, reason: LeaveReason): void {
    const { network, id: peerId } = peer
    if (network === undefined || network.get(peerId) !== connection) return
    peer.network = undefined
    peer.stamp = undefined
    peer.idleSince = this.#options.clock.now()
    const audience = v1Audience(network, peerId)
    this.#registry.delete(network, peerId)
    for (const to of audience) {
      const receiver = network.get(to)
      if (receiver === undefined) continue
      const bytes = v1Disconnected({ to, peerId, networkName: network.name }, this.#now())
      this.#options.connections.sendBytes(receiver, bytes)
    }
    this.elsewhere?.left(federatedV1(network.name), peerId)
    this.#options.left(peerId, network.name, reason)
  }

  #complain(connection: Connection, text: string): void {
    this.#options.connections.sendBytes(connection, v1Error(text, this.#now()))
  }
}
