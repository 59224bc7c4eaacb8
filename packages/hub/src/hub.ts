import {
  CLOSE_NORMAL,
  type ClientMessage,
  decodeClientMessage,
  describeVersions,
  type ErrorCode,
  type MessageSocket,
  MessageType,
  negotiateVersion,
  RELAY_HEADER_BYTES,
  stampRelay,
  type UndeliverableReason,
  VERSIONS,
} from '@pigeon/signaling-protocol'
import { type Clock, Emitter, type Random, type Unsubscribe } from '@pigeon/transport'
import { type PeerId, peerIdFromBytes } from '@pigeon/xor'
import type { Connection, Membership } from './connection.ts'
import { Connections, dismiss, type Ending } from './connections.ts'
import type { HubEvents, HubPeer, HubStats } from './events.ts'
import { type HubLimits, resolveLimits } from './limits.ts'
import { Members } from './members.ts'
import { Sweeper } from './sweeper.ts'

/** Messages that a QUERY counts as: its answer costs the hub about that much. */
const QUERY_COST = 10

/** Options of {@link Hub}: all limits, and the world it lives in. */
export interface HubOptions extends Partial<HubLimits> {
  clock: Clock
  random: Random
  /** An id to be known by, told in WELCOME. Default: none. */
  hubId?: PeerId | undefined
}

/**
 * The hub itself: networks, discovery and relay over whatever sockets it is handed.
 *
 * Invariants: a member is in exactly one network, and what it sends carries its own id; nothing of
 * one network is ever told in another; no message makes it throw; without connections it has no
 * timer.
 */
export class Hub {
  readonly hubId: PeerId | undefined
  readonly limits: Readonly<HubLimits>
  readonly #clock: Clock
  readonly #events = new Emitter<HubEvents>()
  readonly #connections: Connections
  readonly #members: Members
  readonly #sweeper: Sweeper
  readonly #counters = { relayed: 0, undeliverable: 0, rateLimited: 0, malformed: 0 }
  readonly #closed: Partial<Record<ErrorCode, number>> = {}
  #stopped = false

  /** @throws RangeError that names the limit and what it got */
  constructor(options: HubOptions) {
    const { clock, random, hubId } = options
    const limits = resolveLimits(options)
    this.limits = limits
    this.hubId = hubId
    this.#clock = clock
    this.#connections = new Connections(limits, (ending) => this.#ending(ending))
    this.#members = new Members({
      clock,
      random,
      limits,
      hubId,
      connections: this.#connections,
      isSilent: (connection) => this.#isSilent(connection),
      joined: (peerId, network) => {
        const totalConnections = this.#members.size
        this.#events.emit('peerConnected', { peerId, network, totalConnections })
      },
      left: (peerId, network, reason) => {
        const totalConnections = this.#members.size
        this.#events.emit('peerDisconnected', { peerId, network, totalConnections, reason })
      },
    })
    const intervalMs = Math.min(limits.handshakeTimeoutMs, limits.heartbeatGraceMs) / 4
    this.#sweeper = new Sweeper(clock, intervalMs, () => this.#sweep())
  }

  on<E extends keyof HubEvents>(event: E, listener: HubEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  getStats(): HubStats {
    return {
      connections: this.#connections.size,
      peers: this.#members.size,
      networks: this.#members.networkCount,
      named: this.#members.named,
      ...this.#counters,
      closed: { ...this.#closed },
    }
  }

  /** All members of all networks. */
  getPeers(): HubPeer[] {
    return this.#members.list()
  }

  /** Which limit one more connection from this address would break, if any. */
  refusal(remoteAddress: string): { code: ErrorCode; message: string } | undefined {
    if (this.#stopped) return { code: 'SHUTDOWN', message: 'the hub stops' }
    return this.#connections.refusal(remoteAddress)
  }

  /**
   * Takes over an open connection. If a limit says no, it is told so and closed at once.
   * @param from.remoteAddress the other side's IP address, or any text for other kinds of sockets
   */
  accept(socket: MessageSocket, from: { remoteAddress: string }): void {
    const { remoteAddress } = from
    const refusal = this.refusal(remoteAddress)
    if (refusal !== undefined) {
      dismiss(socket, refusal.code, refusal.message)
      this.#count({ ...refusal, remoteAddress, peerId: undefined })
      return
    }
    const connection = this.#connections.add(socket, remoteAddress, this.#clock.now())
    this.#sweeper.start()
    socket.on('message', (bytes) => this.#message(connection, bytes))
    socket.on('close', () => {
      connection.closing = true
      this.#members.leave(connection, 'closed')
      this.#connections.delete(connection)
      if (this.#connections.size === 0) this.#sweeper.stop()
    })
  }

  /** Tells every client that the hub stops, and ends all connections. It takes no more. */
  close(): void {
    this.#stopped = true
    for (const connection of this.#connections) {
      this.#connections.end(connection, 'SHUTDOWN', 'the hub stops')
    }
  }

  #message(connection: Connection, bytes: Uint8Array): void {
    if (connection.closing) return
    const now = this.#clock.now()
    const { maxMessageBytes, messageBurst } = this.limits
    connection.heardAt = now
    if (bytes.length > maxMessageBytes) {
      const message = `a message of ${bytes.length} bytes, the limit is ${maxMessageBytes}`
      this.#connections.end(connection, 'TOO_LARGE', message)
      return
    }
    const cost = bytes[0] === MessageType.QUERY ? Math.min(QUERY_COST, messageBurst) : 1
    const allowance = connection.charge(cost, bytes.length, now)
    if (allowance === 'far-over') {
      this.#connections.end(connection, 'RATE_LIMITED', 'far too many messages or bytes')
      return
    }
    const allowed = allowance === 'ok'
    if (!allowed) this.#counters.rateLimited++
    const { membership } = connection
    if (bytes[0] === MessageType.RELAY && membership !== undefined) {
      this.#relay(connection, membership, bytes, allowed)
    } else if (allowed) {
      this.#decode(connection, bytes)
    }
  }

  #decode(connection: Connection, bytes: Uint8Array): void {
    const decoded = decodeClientMessage(bytes)
    if (decoded.ok) {
      this.#control(connection, decoded.message)
    } else if (bytes[0] === MessageType.HELLO && connection.membership === undefined) {
      this.#counters.malformed++
      this.#connections.end(connection, 'BAD_HELLO', decoded.reason)
    } else {
      this.#strike(connection)
    }
  }

  #control(connection: Connection, message: ClientMessage): void {
    const { membership } = connection
    if (message.type === 'hello' && membership === undefined) {
      const version = negotiateVersion(VERSIONS, message.versions)
      if (version === undefined) {
        const [ours, theirs] = [describeVersions(VERSIONS), describeVersions(message.versions)]
        const text = `this hub speaks version ${ours}, the client ${theirs}`
        this.#connections.end(connection, 'VERSION', text)
      } else {
        this.#members.join(connection, message, version)
      }
    } else if (message.type === 'hello' || membership === undefined) {
      this.#strike(connection)
    } else if (message.type === 'ping') {
      this.#connections.send(connection, { type: 'pong' })
    } else if (message.type === 'query') {
      this.#members.answer(connection, message.ring)
    } else if (message.type === 'goodbye') {
      this.#events.emit('peerGoodbye', { peerId: membership.id, network: membership.network.name })
      connection.closing = true
      this.#members.leave(connection, 'goodbye')
      connection.socket.close(CLOSE_NORMAL, 'goodbye')
    }
  }

  /** Hands a RELAY on as it is, but for the id: the target's makes place for the sender's. */
  #relay(connection: Connection, from: Membership, bytes: Uint8Array, allowed: boolean): void {
    if (bytes.length < RELAY_HEADER_BYTES) {
      this.#strike(connection)
      return
    }
    const id = peerIdFromBytes(bytes.subarray(1, RELAY_HEADER_BYTES))
    if (!allowed) {
      this.#undeliverable(connection, id, 'rate-limited')
      return
    }
    // Only the sender's own network is looked at, so a foreign peer and none look the same.
    const target = id === from.id ? undefined : from.network.get(id)
    if (
      target !== undefined &&
      this.#connections.sendBytes(target, stampRelay(bytes, from.idBytes))
    ) {
      this.#counters.relayed++
    } else {
      this.#undeliverable(connection, id, 'unknown')
    }
  }

  #undeliverable(connection: Connection, id: PeerId, reason: UndeliverableReason): void {
    this.#counters.undeliverable++
    this.#connections.send(connection, { type: 'undeliverable', id, reason })
  }

  #strike(connection: Connection): void {
    this.#counters.malformed++
    connection.strikes++
    if (connection.strikes >= this.limits.maxStrikes) {
      const message = `${connection.strikes} messages made no sense`
      this.#connections.end(connection, 'MALFORMED', message)
    }
  }

  #isSilent(connection: Connection): boolean {
    const { heartbeatMs, heartbeatGraceMs } = this.limits
    const silentMs = this.#clock.now() - connection.heardAt
    return this.#sweeper.onTime && silentMs > heartbeatMs + heartbeatGraceMs
  }

  #sweep(): void {
    const now = this.#clock.now()
    const { handshakeTimeoutMs } = this.limits
    for (const connection of this.#connections) {
      if (connection.membership !== undefined) {
        if (!this.#isSilent(connection)) continue
        const message = `nothing came for ${Math.round(now - connection.heardAt)} ms`
        this.#connections.end(connection, 'HEARTBEAT_TIMEOUT', message)
      } else if (now - connection.connectedAt > handshakeTimeoutMs) {
        const message = `no HELLO within ${handshakeTimeoutMs} ms`
        this.#connections.end(connection, 'HANDSHAKE_TIMEOUT', message)
      }
    }
  }

  #ending({ connection, code, message }: Ending): void {
    const { remoteAddress, membership } = connection
    this.#members.leave(connection, code)
    this.#count({ code, message, remoteAddress, peerId: membership?.id })
  }

  #count(event: Parameters<HubEvents['limit']>[0]): void {
    this.#closed[event.code] = (this.#closed[event.code] ?? 0) + 1
    this.#events.emit('limit', event)
  }
}
