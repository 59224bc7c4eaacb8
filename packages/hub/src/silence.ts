import type { Clock } from '@pigeon/transport'
import type { Connection } from './connection.ts'
import type { Connections } from './connections.ts'
import type { HubLimits } from './limits.ts'
import { Sweeper } from './sweeper.ts'

/**
 * Finds connections that have nothing to say any more: silent members, clients that never join, and
 * members whose token ended. One timer for all.
 */
export class Silence {
  readonly #clock: Clock
  readonly #limits: HubLimits
  readonly #connections: Connections
  readonly #sweeper: Sweeper

  constructor(clock: Clock, limits: HubLimits, connections: Connections) {
    this.#clock = clock
    this.#limits = limits
    this.#connections = connections
    const { handshakeTimeoutMs, heartbeatGraceMs, pingTimeoutMs } = limits
    const intervalMs = Math.min(handshakeTimeoutMs, heartbeatGraceMs, pingTimeoutMs) / 4
    this.#sweeper = new Sweeper(clock, intervalMs, () => this.#sweep())
  }

  /** There is a connection. */
  start(): void {
    this.#sweeper.start()
  }

  /** There is none. */
  stop(): void {
    this.#sweeper.stop()
  }

  /** Whether a connection was silent for so long that it counts as gone. */
  isSilent(connection: Connection): boolean {
    const { heartbeatMs, heartbeatGraceMs, pingIntervalMs, pingTimeoutMs } = this.#limits
    const silentMs = this.#clock.now() - connection.heardAt
    const allowedMs = connection.speaksV1
      ? pingIntervalMs + pingTimeoutMs
      : heartbeatMs + heartbeatGraceMs
    return this.#sweeper.onTime && silentMs > allowedMs
  }

  #sweep(): void {
    const now = this.#clock.now()
    for (const connection of this.#connections) {
      if (connection.v1 !== undefined) this.#sweepV1(connection, now)
      else if (connection.membership === undefined) {
        this.#mustJoin(connection, connection.connectedAt, now)
      } else if (!this.#endSilent(connection, now)) {
        const { expiresAt } = connection.membership
        if (expiresAt !== undefined && expiresAt <= now) this.#expired(connection)
      }
    }
  }

  #sweepV1(connection: Connection, now: number): void {
    const { v1 } = connection
    if (v1 === undefined || this.#endSilent(connection, now)) return
    if (v1.network === undefined) this.#mustJoin(connection, v1.idleSince, now)
    const expiresAt = v1.grant?.expiresAt
    if (expiresAt !== undefined && expiresAt <= now) this.#expired(connection)
    const { heardAt, closing, socket } = connection
    const pinged = v1.pingedAt !== undefined && v1.pingedAt > heardAt
    if (closing || pinged || now - heardAt < this.#limits.pingIntervalMs) return
    v1.pingedAt = now
    socket.ping?.(() => {
      connection.heardAt = this.#clock.now()
    })
  }

  #endSilent(connection: Connection, now: number): boolean {
    if (!this.isSilent(connection)) return false
    const message = `nothing came for ${Math.round(now - connection.heardAt)} ms`
    this.#connections.end(connection, 'HEARTBEAT_TIMEOUT', message)
    return true
  }

  #mustJoin(connection: Connection, since: number, now: number): void {
    const { handshakeTimeoutMs } = this.#limits
    if (now - since <= handshakeTimeoutMs) return
    const message = `joined nothing within ${handshakeTimeoutMs} ms`
    this.#connections.end(connection, 'HANDSHAKE_TIMEOUT', message)
  }

  #expired(connection: Connection): void {
    this.#connections.end(connection, 'AUTH_EXPIRED', 'the token has ended')
  }
}
