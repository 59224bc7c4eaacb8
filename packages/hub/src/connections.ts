import {
  CLOSE_CODES,
  type ErrorCode,
  encodeHubMessage,
  type HubMessage,
  type MessageSocket,
} from '@pigeon/signaling-protocol'
import { addressKey } from './address.ts'
import { type Caller, Connection } from './connection.ts'
import type { HubLimits } from './limits.ts'

/** A connection that the hub ends, and why. */
export interface Ending {
  readonly connection: Connection
  readonly code: ErrorCode
  readonly message: string
}

/**
 * The open connections of a hub: how many there are, sending to one, and ending one.
 *
 * Invariants: a connection counts until its socket has closed; a closing one is sent nothing.
 */
export class Connections {
  readonly #limits: HubLimits
  readonly #onEnd: (ending: Ending) => void
  readonly #all = new Set<Connection>()
  readonly #perAddress = new Map<string, number>()
  readonly #endings: Ending[] = []
  #draining = false

  /** @param onEnd called for each connection ended here, one after the other, never nested */
  constructor(limits: HubLimits, onEnd: (ending: Ending) => void) {
    this.#limits = limits
    this.#onEnd = onEnd
  }

  get size(): number {
    return this.#all.size
  }

  [Symbol.iterator](): Iterator<Connection> {
    return [...this.#all][Symbol.iterator]()
  }

  /** Which limit one more connection from this address would break. */
  refusal(remoteAddress: string): { code: ErrorCode; message: string } | undefined {
    const { maxConnections, maxConnectionsPerAddress } = this.#limits
    if (this.#all.size >= maxConnections) {
      return { code: 'HUB_FULL', message: `the hub has ${maxConnections} connections` }
    }
    const there = this.#perAddress.get(addressKey(remoteAddress)) ?? 0
    if (there < maxConnectionsPerAddress) return undefined
    return { code: 'ADDRESS_LIMIT', message: `${there} connections from one address` }
  }

  add(socket: MessageSocket, from: Caller, now: number): Connection {
    const connection = new Connection(socket, from, this.#limits, now)
    const { addressKey } = connection
    this.#all.add(connection)
    this.#perAddress.set(addressKey, (this.#perAddress.get(addressKey) ?? 0) + 1)
    return connection
  }

  /** The socket has closed. */
  delete(connection: Connection): void {
    if (!this.#all.delete(connection)) return
    const { addressKey } = connection
    const left = (this.#perAddress.get(addressKey) ?? 1) - 1
    if (left > 0) this.#perAddress.set(addressKey, left)
    else this.#perAddress.delete(addressKey)
  }

  send(connection: Connection, message: HubMessage): boolean {
    return this.sendBytes(connection, encodeHubMessage(message))
  }

  /** @returns whether it was sent; a connection that reads too slowly is ended instead */
  sendBytes(connection: Connection, bytes: Uint8Array): boolean {
    if (connection.closing) return false
    const waiting = connection.socket.bufferedBytes
    if (waiting > 0 && waiting + bytes.length > this.#limits.maxBufferedBytes) {
      this.end(connection, 'SLOW_READER', `${waiting} bytes wait to be read`)
      return false
    }
    connection.socket.send(bytes)
    return true
  }

  /** Ends a connection on the hub's own account, saying why. */
  end(connection: Connection, code: ErrorCode, message: string): void {
    if (connection.closing) return
    connection.closing = true
    const tell = connection.speaksV1 ? dismissV1 : dismiss
    tell(connection.socket, code, message)
    // Telling others that it left may find them too slow as well: one at a time, so that many
    // do not pile up on the stack.
    this.#endings.push({ connection, code, message })
    if (this.#draining) return
    this.#draining = true
    for (let next = this.#endings.shift(); next !== undefined; next = this.#endings.shift()) {
      this.#onEnd(next)
    }
    this.#draining = false
  }
}

/** Sends ERROR and closes. Behind what a slow reader does not read, ERROR would not be read either. */
export function dismiss(socket: MessageSocket, code: ErrorCode, message: string): void {
  if (code !== 'SLOW_READER') socket.send(encodeHubMessage({ type: 'error', code, message }))
  socket.close(CLOSE_CODES[code], `${code}: ${message}`)
}

/** The same in PeerPigeon's words: close code 1008 for all that the client did or has no place for. */
export function dismissV1(socket: MessageSocket, code: ErrorCode, message: string): void {
  const close = CLOSE_CODES[code]
  const reason = V1_REASONS[code] ?? message
  socket.close(
    close >= 4000 || code === 'HUB_FULL' || code === 'ADDRESS_LIMIT' ? 1008 : close,
    reason,
  )
}

/** What a PeerPigeon server says. */
const V1_REASONS: Partial<Record<ErrorCode, string>> = {
  HUB_FULL: 'Maximum connections reached',
  ADDRESS_LIMIT: 'Maximum connections reached',
  ID_TAKEN: 'Peer already connected',
  SHUTDOWN: 'Server shutting down',
}
