import {
  CLOSE_NORMAL,
  type ClientMessage,
  decodeClientMessage,
  MessageType,
  RELAY_HEADER_BYTES,
  stampRelay,
  type UndeliverableReason,
} from '@pigeon/signaling-protocol'
import { type PeerId, peerIdFromBytes } from '@pigeon/xor'
import type { Admission } from './admission.ts'
import type { Connection, Membership } from './connection.ts'
import type { Connections } from './connections.ts'
import type { Counters } from './counters.ts'
import type { Members } from './members.ts'

/** What {@link Conversation} needs from its hub. */
export interface ConversationOptions {
  readonly connections: Connections
  readonly members: Members
  readonly admission: Admission
  readonly counters: Counters
  readonly goodbye: (peerId: PeerId, network: string) => void
  readonly strike: (connection: Connection) => void
}

/** Answers what clients of the present wire versions say. */
export class Conversation {
  readonly #options: ConversationOptions

  constructor(options: ConversationOptions) {
    this.#options = options
  }

  /** @param allowed whether the sender keeps within its rate */
  message(connection: Connection, bytes: Uint8Array, allowed: boolean): void {
    const { membership } = connection
    if (bytes[0] === MessageType.RELAY && membership !== undefined) {
      this.#relay(connection, membership, bytes, allowed)
    } else if (allowed) {
      this.#decode(connection, bytes)
    }
  }

  #decode(connection: Connection, bytes: Uint8Array): void {
    const { connections, counters, strike } = this.#options
    const decoded = decodeClientMessage(bytes)
    const isNew = connection.membership === undefined && connection.pending === undefined
    if (decoded.ok) {
      if (isNew && decoded.message.type === 'hello') {
        this.#options.admission.hello(connection, decoded.message)
      } else {
        this.#control(connection, decoded.message)
      }
    } else if (bytes[0] === MessageType.HELLO && isNew) {
      counters.malformed++
      connections.end(connection, 'BAD_HELLO', decoded.reason)
    } else {
      strike(connection)
    }
  }

  #control(connection: Connection, message: ClientMessage): void {
    const { connections, members, admission, strike } = this.#options
    const { membership } = connection
    if (message.type === 'proof') {
      if (!admission.proof(connection, message)) strike(connection)
    } else if (message.type === 'hello' || membership === undefined) {
      strike(connection)
    } else if (message.type === 'ping') {
      connections.send(connection, { type: 'pong' })
    } else if (message.type === 'query') {
      members.answer(connection, message.ring)
    } else if (message.type === 'goodbye') {
      this.#options.goodbye(membership.id, membership.network.name)
      connection.closing = true
      members.leave(connection, 'goodbye')
      connection.socket.close(CLOSE_NORMAL, 'goodbye')
    }
  }

  /** Hands a RELAY on as it is, but for the id: the target's makes place for the sender's. */
  #relay(connection: Connection, from: Membership, bytes: Uint8Array, allowed: boolean): void {
    const { connections, members, counters, strike } = this.#options
    if (bytes.length < RELAY_HEADER_BYTES) {
      strike(connection)
      return
    }
    const id = peerIdFromBytes(bytes.subarray(1, RELAY_HEADER_BYTES))
    if (!allowed) {
      this.#undeliverable(connection, id, 'rate-limited')
      return
    }
    // Only the sender's own network is looked at, so a foreign peer and none look the same.
    const target = id === from.id ? undefined : from.network.get(id)
    const stamped = stampRelay(bytes, from.idBytes)
    const beyond = target === undefined && id !== from.id ? members.elsewhere : undefined
    if (target !== undefined && connections.sendBytes(target, stamped)) counters.relayed++
    else if (beyond?.relay(from.network.name, from.id, id, stamped) === true) counters.relayed++
    else {
      const kept = target === undefined && id !== from.id && members.keep(from, id, stamped)
      this.#undeliverable(connection, id, kept ? 'away' : 'unknown')
    }
  }

  #undeliverable(connection: Connection, id: PeerId, reason: UndeliverableReason): void {
    this.#options.counters.undeliverable++
    this.#options.connections.send(connection, { type: 'undeliverable', id, reason })
  }
}
