import {
  type ErrorCode,
  type MessageSocket,
  MessageType,
  newNonce,
} from '@pigeon/signaling-protocol'
import { type Clock, Emitter, type Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { Admission } from './admission.ts'
import { type AuthMode, type TokenGrant, takesKeyless, wantsProof } from './auth.ts'
import type { Caller, Connection } from './connection.ts'
import { Connections, dismiss, dismissV1, type Ending } from './connections.ts'
import { Conversation } from './conversation.ts'
import { newCounters } from './counters.ts'
import type { Elsewhere, HubAccess } from './elsewhere.ts'
import type { HubEvents, HubPeer, HubStats, LeaveReason } from './events.ts'
import { accessToBoth } from './federated-access.ts'
import { type HubOptions, resolveAuth } from './hub-options.ts'
import { type HubLimits, resolveLimits } from './limits.ts'
import { Members } from './members.ts'
import { Silence } from './silence.ts'
import { Spread } from './spread.ts'
import { V1Peers } from './v1/v1-peers.ts'

/** Messages that a QUERY or an announcement counts as: its answer costs the hub about that much. */
const QUERY_COST = 10

/** The first version with GOAWAY. */
const GOAWAY_VERSION = 3

/** A client of version 1 that connects. */
export interface V1Caller extends Caller {
  readonly peerId: PeerId
  /** What its token allows; `undefined` if it showed none. */
  readonly grant?: TokenGrant | undefined
}

/**
 * The hub itself: networks, discovery and relay over whatever sockets it is handed.
 *
 * Invariants: a member is in exactly one network, and what it sends carries its own id; nothing of
 * one network is ever told in another; no message makes it throw; without connections, and once
 * nothing is kept for anyone, it has no timer.
 */
export class Hub {
  readonly hubId: PeerId | undefined
  readonly auth: AuthMode
  readonly limits: Readonly<HubLimits>
  readonly #clock: Clock
  readonly #events = new Emitter<HubEvents>()
  readonly #connections: Connections
  readonly #members: Members
  readonly #v1: V1Peers
  readonly #conversation: Conversation
  readonly #silence: Silence
  readonly #leaving: Spread<Connection>
  readonly #counters = newCounters()
  readonly #closed: Partial<Record<ErrorCode, number>> = {}
  #state: 'running' | 'draining' | 'stopped' = 'running'

  /** @throws RangeError that names the option and what it got */
  constructor(options: HubOptions) {
    const { clock, random, hubId, verify, verifyToken } = options
    const limits = resolveLimits(options)
    this.limits = limits
    this.hubId = hubId
    this.auth = resolveAuth(options)
    this.#clock = clock
    const connections = new Connections(limits, (ending) => this.#ending(ending))
    this.#connections = connections
    this.#silence = new Silence(clock, limits, connections)
    const shared = {
      clock,
      limits,
      connections,
      isSilent: (connection: Connection) => this.#silence.isSilent(connection),
      isFull: () => this.#networkCount >= limits.maxNetworks,
      joined: (peerId: PeerId, network: string) => this.#joined(peerId, network),
      left: (peerId: PeerId, network: string, reason: LeaveReason) =>
        this.#left(peerId, network, reason),
      goodbye: (peerId: PeerId, network: string) =>
        this.#events.emit('peerGoodbye', { peerId, network }),
    }
    const members = new Members({ ...shared, random, hubId })
    this.#members = members
    this.#v1 = new V1Peers({
      ...shared,
      announced: (peerId, network) => this.#events.emit('peerAnnounced', { peerId, network }),
    })
    const admission = new Admission({
      mode: this.auth,
      nonce: () => members.elsewhere?.nonce() ?? newNonce(random),
      verify,
      verifyToken,
      challenge: (connection, nonce) => connections.send(connection, { type: 'challenge', nonce }),
      refuse: (connection, code, message) => connections.end(connection, code, message),
      admit: (connection, admitted) => members.join(connection, admitted),
    })
    const strike = (connection: Connection) => this.#strike(connection)
    const { goodbye } = shared
    const counters = this.#counters
    this.#conversation = new Conversation({
      connections,
      members,
      admission,
      counters,
      goodbye,
      strike,
    })
    this.#leaving = new Spread(clock, random, (connection) => {
      connections.end(connection, 'SHUTDOWN', 'the hub stops')
    })
  }

  on<E extends keyof HubEvents>(event: E, listener: HubEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  getStats(): HubStats {
    return {
      connections: this.#connections.size,
      peers: this.#peerCount,
      v1Peers: this.#v1.size,
      networks: this.#networkCount,
      named: this.#members.named + this.#v1.named,
      spoofed: this.#v1.spoofed,
      ...this.#members.absences,
      ...this.#counters,
      closed: { ...this.#closed },
    }
  }

  /** All members of all networks. */
  getPeers(): HubPeer[] {
    return [...this.#members.list(), ...this.#v1.list()]
  }

  /**
   * Joins this hub's networks with those of other hubs.
   * @param elsewhere the other hubs; `undefined` to stand alone again
   * @returns what they may do here
   */
  federate(elsewhere: Elsewhere | undefined): HubAccess {
    this.#members.elsewhere = elsewhere
    this.#v1.elsewhere = elsewhere
    return accessToBoth(this.#members.access, this.#v1.access)
  }

  /** Which limit one more connection from this address would break, if any. */
  refusal(remoteAddress: string): { code: ErrorCode; message: string } | undefined {
    if (this.#state !== 'running') return { code: 'SHUTDOWN', message: 'the hub stops' }
    return this.#connections.refusal(remoteAddress)
  }

  /** Takes over an open connection. If a limit says no, it is told so and closed at once. */
  accept(socket: MessageSocket, from: Caller): void {
    const refusal = this.refusal(from.remoteAddress)
    if (refusal === undefined) this.#take(socket, from)
    else {
      dismiss(socket, refusal.code, refusal.message)
      this.#count({ ...refusal, remoteAddress: from.remoteAddress, peerId: undefined })
    }
  }

  /** The same for a client of version 1, whose messages are text, and whose id its URL tells. */
  acceptV1(socket: MessageSocket, from: V1Caller): void {
    const { remoteAddress, peerId, grant } = from
    const refusal = this.refusal(remoteAddress) ?? this.#refusalOfV1(grant)
    if (refusal !== undefined) {
      dismissV1(socket, refusal.code, refusal.message)
      this.#count({ ...refusal, remoteAddress, peerId })
      return
    }
    const connection = this.#take(socket, from)
    connection.speaksV1 = true
    this.#v1.connect(connection, peerId, grant)
  }

  /**
   * Takes no more connections, and asks those there are to leave, each at another moment of the
   * first four fifths of `durationMs`. Messages go on meanwhile. `drained` follows when all are gone.
   * @param urls other hubs to go to, at most 8
   */
  drain(durationMs: number, urls: readonly string[] = []): void {
    if (this.#state !== 'running') return
    this.#state = 'draining'
    const connections = this.#connections.size
    this.#events.emit('draining', { connections, durationMs })
    const others: Connection[] = []
    for (const connection of this.#connections) {
      const { membership } = connection
      if (membership !== undefined && membership.version >= GOAWAY_VERSION) {
        const afterMs = this.#leaving.moment(durationMs)
        this.#connections.send(connection, { type: 'goaway', urls, afterMs })
      } else others.push(connection)
    }
    this.#leaving.start(others, durationMs)
    if (connections === 0) this.#events.emit('drained')
  }

  /**
   * Asks some clients to go to other hubs, each at another moment of the first four fifths of
   * `durationMs`: those that joined last, who have least here. Others may come meanwhile.
   * @param urls where to, at most 8
   */
  shed(count: number, durationMs: number, urls: readonly string[]): void {
    const able = [...this.#connections].filter(
      ({ membership }) => membership !== undefined && membership.version >= GOAWAY_VERSION,
    )
    for (const connection of able.slice(-count)) {
      const afterMs = this.#leaving.moment(durationMs)
      this.#connections.send(connection, { type: 'goaway', urls, afterMs })
    }
  }

  /** Tells every client that the hub stops, and ends all connections. It takes no more. */
  close(): void {
    this.#state = 'stopped'
    this.#leaving.stop()
    for (const connection of this.#connections) {
      this.#connections.end(connection, 'SHUTDOWN', 'the hub stops')
    }
    this.#members.stop()
  }

  get #peerCount(): number {
    return this.#members.size + this.#v1.size
  }

  get #networkCount(): number {
    return this.#members.networkCount + this.#v1.networkCount
  }

  #refusalOfV1(grant: TokenGrant | undefined): { code: ErrorCode; message: string } | undefined {
    if (takesKeyless(this.auth) || (grant !== undefined && !wantsProof(this.auth))) return undefined
    return { code: 'AUTH_REQUIRED', message: 'Authentication required' }
  }

  #take(socket: MessageSocket, from: Caller): Connection {
    const connection = this.#connections.add(socket, from, this.#clock.now())
    this.#silence.start()
    socket.on('message', (bytes) => this.#message(connection, bytes))
    socket.on('close', () => {
      connection.closing = true
      this.#members.leave(connection, 'closed')
      this.#v1.leave(connection, 'closed')
      this.#connections.delete(connection)
      if (this.#connections.size > 0) return
      this.#silence.stop()
      if (this.#state === 'draining') this.#events.emit('drained')
    })
    return connection
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
    const { v1 } = connection
    const isQuery = v1 === undefined && bytes[0] === MessageType.QUERY
    const cost = isQuery ? Math.min(QUERY_COST, messageBurst) : 1
    const allowance = connection.charge(cost, bytes.length, now)
    if (allowance === 'far-over') {
      this.#connections.end(connection, 'RATE_LIMITED', 'far too many messages or bytes')
      return
    }
    const allowed = allowance === 'ok'
    if (!allowed) this.#counters.rateLimited++
    if (v1 === undefined) {
      this.#conversation.message(connection, bytes, allowed)
      return
    }
    const outcome = this.#v1.message(connection, v1, bytes, allowed)
    if (outcome === 'relayed') this.#counters.relayed++
    else if (outcome === 'undeliverable') this.#counters.undeliverable++
    else if (outcome === 'malformed') this.#strike(connection)
  }

  #strike(connection: Connection): void {
    this.#counters.malformed++
    connection.strikes++
    if (connection.strikes >= this.limits.maxStrikes) {
      const message = `${connection.strikes} messages made no sense`
      this.#connections.end(connection, 'MALFORMED', message)
    }
  }

  #joined(peerId: PeerId, network: string): void {
    const totalConnections = this.#peerCount
    this.#events.emit('peerConnected', { peerId, network, totalConnections })
  }

  #left(peerId: PeerId, network: string, reason: LeaveReason): void {
    const totalConnections = this.#peerCount
    this.#events.emit('peerDisconnected', { peerId, network, totalConnections, reason })
  }

  #ending({ connection, code, message }: Ending): void {
    const { remoteAddress, membership, v1 } = connection
    this.#members.leave(connection, code)
    this.#v1.leave(connection, code)
    this.#count({ code, message, remoteAddress, peerId: membership?.id ?? v1?.id })
  }

  #count(event: Parameters<HubEvents['limit']>[0]): void {
    this.#closed[event.code] = (this.#closed[event.code] ?? 0) + 1
    this.#events.emit('limit', event)
  }
}
