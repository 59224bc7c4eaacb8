import { encodeHubMessage, MAX_PEERS } from '@pigeon/signaling-protocol'
import type { Clock, Random } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { Absences } from './absences.ts'
import type { Admitted } from './admission.ts'
import type { Connection, Membership } from './connection.ts'
import type { Connections } from './connections.ts'
import { audience, discover } from './discovery.ts'
import type { Elsewhere, HubAccess } from './elsewhere.ts'
import type { HubPeer, LeaveReason } from './events.ts'
import type { HubLimits } from './limits.ts'
import { Naming } from './naming.ts'
import { Registry } from './registry.ts'
import { claimId, sessionFor } from './session.ts'

/** What {@link Members} needs from its hub. */
export interface MembersOptions {
  clock: Clock
  random: Random
  limits: HubLimits
  hubId: PeerId | undefined
  connections: Connections
  /** Whether the connection is silent beyond the heartbeat. */
  isSilent: (connection: Connection) => boolean
  /** Whether one more network would be too many. */
  isFull: () => boolean
  joined: (peerId: PeerId, network: string) => void
  left: (peerId: PeerId, network: string, reason: LeaveReason) => void
}

/**
 * Who is in which network, and who is told of whom.
 *
 * Invariants: an id has one connection in a network; a member is named only to members of its own
 * network, and LEFT follows only to those who may have been told of it.
 */
export class Members {
  readonly #options: MembersOptions
  readonly #registry = new Registry<Connection>()
  readonly #naming: Naming<Connection>
  /** Of members of other hubs. */
  readonly #foreign: Naming<Connection>
  readonly #absences: Absences
  /** The other hubs, if there are any. */
  elsewhere: Elsewhere | undefined
  #named = 0
  #kept = 0

  constructor(options: MembersOptions) {
    this.#options = options
    this.#absences = new Absences(options.clock, options.limits, (name, id, kept) => {
      const network = this.#registry.network(name)
      if (network === undefined || network.get(id) !== undefined) return
      for (const { from } of kept) {
        const sender = network.get(from)
        if (sender === undefined) continue
        options.connections.send(sender, { type: 'undeliverable', id, reason: 'unknown' })
      }
    })
    this.#foreign = new Naming(options.clock, (receiver, ids) => this.#tell(receiver, ids))
    this.#naming = new Naming(options.clock, (receiver, ids) => {
      const network = receiver.membership?.network
      const present = ids.filter((id) => network?.get(id) !== undefined)
      if (present.length > 0) this.#tell(receiver, present)
    })
  }

  get size(): number {
    return this.#registry.size
  }

  get networkCount(): number {
    return this.#registry.networkCount
  }

  /** Ids told so far. */
  get named(): number {
    return this.#named
  }

  /** Members that are away, and RELAYs kept for them so far. */
  get absences(): { away: number; kept: number } {
    return { away: this.#absences.size, kept: this.#kept }
  }

  list(): HubPeer[] {
    return this.#registry.list(({ connectedAt, heardAt }) => ({
      connectedAt,
      lastHeardAt: heardAt,
    }))
  }

  /** Keeps a stamped RELAY for a member that is away. @returns whether it is, and there was room */
  keep(from: Membership, to: PeerId, stamped: Uint8Array): boolean {
    return this.#keep(from.network.name, from.id, to, stamped)
  }

  #keep(network: string, from: PeerId, to: PeerId, stamped: Uint8Array): boolean {
    const kept = this.#absences.keep(network, to, from, stamped)
    if (kept) this.#kept++
    return kept
  }

  /** The hub stops. */
  stop(): void {
    this.#absences.clear()
  }

  /** Makes a connection the member its HELLO says, or ends it if the id is somebody else's. */
  join(connection: Connection, admitted: Admitted): void {
    const { connections, isSilent, random, joined, limits } = this.#options
    const { hello, version, proven } = admitted
    const { peerId, network: name } = hello
    const there = this.#registry.network(name)
    const holder = there?.get(peerId)
    const claim = claimId(
      holder?.membership,
      { session: hello.session, proven },
      () => holder === undefined || isSilent(holder),
    )
    if (claim === 'refuse') {
      connections.end(connection, 'ID_TAKEN', `${peerId} is connected to this network already`)
      return
    }
    const isFull =
      there === undefined ? this.#options.isFull() : there.size >= limits.maxPeersPerNetwork
    if (holder === undefined && isFull) {
      connections.end(connection, 'NETWORK_FULL', 'no place left in this network')
      return
    }
    if (holder !== undefined && claim === 'succeed') {
      connections.end(holder, 'HEARTBEAT_TIMEOUT', 'silent, and its id was claimed')
    }
    const session = sessionFor(hello.session, random)
    const network = this.#registry.set(name, peerId, connection)
    connection.join(network, session, admitted)
    if (holder !== undefined && claim === 'take-over') {
      connections.end(holder, 'REPLACED', 'a newer connection of this peer took over')
    }
    this.#welcome(connection, version, session)
    for (const { bytes } of this.#absences.take(name, peerId, { session, proven })) {
      connections.sendBytes(connection, bytes)
    }
    this.elsewhere?.joined({ network: name, peerId, evidence: admitted.evidence })
    // Who takes over is known to the others already.
    if (claim === 'take-over') return
    for (const id of audience(network, peerId)) {
      const receiver = network.get(id)
      if (receiver !== undefined) this.#naming.name(receiver, peerId)
    }
    joined(peerId, name)
  }

  /** Answers a QUERY. @param ring the ring neighbours that its sender has, if it said so */
  answer(connection: Connection, ring: readonly PeerId[] | undefined): void {
    const { membership } = connection
    if (membership === undefined) return
    if (this.elsewhere?.query(membership.network.name, membership.id, ring) === true) return
    const nearest = membership.network.ringNeighbours(membership.id, 1)
    if (ring !== undefined && nearest.every((id) => ring.includes(id))) {
      this.#options.connections.send(connection, { type: 'pong' })
      return
    }
    this.#tell(connection, discover(membership.network, membership.id, this.#options.random))
  }

  /** The connection is no member any more. Does nothing if it is none. */
  leave(connection: Connection, reason: LeaveReason): void {
    const { membership } = connection
    if (membership === undefined) return
    const { id, network, session, proven } = membership
    connection.membership = undefined
    this.#naming.forget(connection)
    this.#foreign.forget(connection)
    // A newer connection took over: the peer itself stays.
    if (network.get(id) !== connection) return
    this.#registry.delete(network, id)
    if (reason === 'closed' || reason === 'HEARTBEAT_TIMEOUT') {
      this.#absences.add(network.name, id, { session, proven })
    }
    const bytes = encodeHubMessage({ type: 'left', peer: id })
    for (const other of audience(network, id)) {
      const receiver = network.get(other)
      if (receiver === undefined || this.#naming.cancel(receiver, id)) continue
      this.#options.connections.sendBytes(receiver, bytes)
    }
    this.elsewhere?.left(network.name, id)
    this.#options.left(id, network.name, reason)
  }

  /** What other hubs may do with the members here. */
  get access(): HubAccess {
    const { connections } = this.#options
    const member = (network: string, id: PeerId) => this.#registry.network(network)?.get(id)
    return {
      members: () => this.#registry.all(),
      has: (network, id) => member(network, id) !== undefined,
      deliver: (network, from, to, stamped) => {
        const target = member(network, to)
        if (target !== undefined) return connections.sendBytes(target, stamped) ? 'sent' : 'unknown'
        return this.#keep(network, from, to, stamped) ? 'away' : 'unknown'
      },
      unreachable: (network, from, id, stamped) => {
        const kept = stamped !== undefined && this.#keep(network, from, id, stamped)
        const sender = member(network, from)
        if (sender === undefined) return
        connections.send(sender, { type: 'undeliverable', id, reason: kept ? 'away' : 'unknown' })
      },
      tell: (network, to, ids) => {
        const receiver = member(network, to)
        if (receiver !== undefined && ids.length > 0) this.#tell(receiver, ids)
      },
      answer: (network, to, ids) => {
        const receiver = member(network, to)
        if (receiver === undefined) return
        if (ids === undefined) connections.send(receiver, { type: 'pong' })
        else this.#tell(receiver, ids)
      },
      name: (network, to, id) => {
        const receiver = member(network, to)
        if (receiver === undefined || this.#foreign.wasTold(receiver, id)) return
        this.#foreign.name(receiver, id)
      },
      gone: (network, to, peer) => {
        const receiver = member(network, to)
        if (receiver === undefined || this.#foreign.cancel(receiver, peer)) return
        this.#foreign.untell(receiver, peer)
        connections.send(receiver, { type: 'left', peer })
      },
      displace: (network, id) => {
        const holder = member(network, id)
        if (holder === undefined) return
        connections.end(holder, 'REPLACED', 'this peer joined another hub')
      },
    }
  }

  #welcome(connection: Connection, version: number, session: string): void {
    const { connections, random, hubId } = this.#options
    const { membership } = connection
    if (membership === undefined) return
    const peers = discover(membership.network, membership.id, random)
    const { heartbeatMs, ...all } = this.#options.limits
    const { maxMessageBytes, messageRate, messageBurst, byteRate, byteBurst } = all
    const limits = { maxMessageBytes, messageRate, messageBurst, byteRate, byteBurst }
    this.#named += peers.length
    connections.send(connection, {
      type: 'welcome',
      version,
      hubId,
      session,
      peers,
      heartbeatMs,
      limits,
      iceServers: connection.iceServers.length > 0 ? connection.iceServers : undefined,
    })
    connection.iceServers = []
  }

  /** Sends PEERS, several if there are many. */
  #tell(receiver: Connection, ids: readonly PeerId[]): void {
    this.#named += ids.length
    for (let at = 0; at === 0 || at < ids.length; at += MAX_PEERS) {
      const peers = ids.slice(at, at + MAX_PEERS)
      this.#options.connections.send(receiver, { type: 'peers', peers })
    }
  }
}
