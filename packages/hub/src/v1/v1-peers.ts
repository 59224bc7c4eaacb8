import { isNetworkName } from '@pigeon/signaling-protocol'
import {
  decodeV1Frame,
  quickV1Signal,
  V1_SIGNALS,
  type V1Frame,
  V1Stamp,
  v1Connected,
  v1Disconnected,
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
import { Registry } from '../registry.ts'
import { v1Audience, v1Farewell } from './audience.ts'
import { federatedV1 } from './federated-name.ts'
import { v1Access } from './v1-access.ts'
import { V1Introductions } from './v1-introductions.ts'
import { newV1Peer, type V1Peer } from './v1-peer.ts'

/** Bytes of an announcement whose fields are told to others; of a larger one the id alone is. */
const MAX_ECHO_BYTES = 2048

/** Messages that an announcement counts as besides itself: its answers cost the hub about that much. */
const ANNOUNCE_COST = 9

/** What is said to a client that announces itself as a hub. */
const IS_NO_HUB =
  'isHub is not believed: this connection is served as a client. Hubs link by the subprotocol pigeon-hub.1 and a shared HUB_SECRET'

/** At most this often others are told again of a peer that announces itself again, ms. */
const ANNOUNCE_INTERVAL_MS = 30_000

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
  readonly #introductions: V1Introductions
  /** Messages that claimed to be from somebody else; they were stamped. */
  spoofed = 0
  /** The other hubs, if there are any. */
  elsewhere: Elsewhere | undefined

  constructor(options: V1PeersOptions) {
    this.#options = options
    const { clock, connections } = options
    const tellElsewhere = (peer: V1Peer) => this.#tellElsewhere(peer)
    this.#introductions = new V1Introductions({ clock, connections, tellElsewhere })
  }

  /** Ids told so far. */
  get named(): number {
    return this.#introductions.named
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
      name: (to, peerId) => this.#introductions.nameStranger(to, peerId),
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
    connection.v1 = newV1Peer(id, grant, now)
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
    if (this.#byId.size === 0) this.#introductions.clear()
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
    this.#introductions.announced(connection, peer, tellOthers)
    if (again) return
    joined(peer.id, name)
    this.#options.announced(peer.id, name)
    this.#tellElsewhere(peer)
  }

  #tellElsewhere({ network, id: peerId }: V1Peer): void {
    if (network === undefined) return
    const federated = federatedV1(network.name)
    this.elsewhere?.joined({ network: federated, peerId, evidence: undefined })
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
