import { MAX_MESSAGE_BYTES } from '@pigeon/signaling-protocol'

/** What a hub allows, in all and to one client. Every value is an option of `Hub`. */
export interface HubLimits {
  /** Connections in all, those still being closed included. Default 1,000. */
  maxConnections: number
  /** Connections from one IPv4 address or one IPv6 /64. Default 100: a school behind one router. */
  maxConnectionsPerAddress: number
  /** Bytes of one message. Default 64 KiB: eight times a large offer. */
  maxMessageBytes: number
  /** Messages a second from one client. Default 50: a client that joins sends about 100 in all. */
  messageRate: number
  /** Messages at once. Default 200. */
  messageBurst: number
  /** Bytes a second from one client. Default 256 KiB. */
  byteRate: number
  /** Bytes at once. Default 1 MiB; at least `maxMessageBytes`. */
  byteBurst: number
  /** Unsent bytes for one client above which it is too slow and dropped. Default 1 MiB. */
  maxBufferedBytes: number
  /** From the connection to HELLO, ms. Default 5 s. */
  handshakeTimeoutMs: number
  /** Messages without sense from one client, after which it is closed. Default 10. */
  maxStrikes: number
  /**
   * A client that sent or heard nothing for so long sends PING, ms. Default 75 s: one that sends a
   * QUERY a minute needs none, and any other costs less than two messages a minute.
   */
  heartbeatMs: number
  /** How much later than that PING a client counts as dead, ms. Default 10 s. */
  heartbeatGraceMs: number
  /** A silent client of version 1, which never pings, is pinged after so long, ms. Default 15 s. */
  pingIntervalMs: number
  /** How long its answer may take, ms. Default 10 s. */
  pingTimeoutMs: number
  /** Networks with members, of both versions. Default 10,000. */
  maxNetworks: number
  /** Members of one network. Default 1,000,000: as many as there are connections. */
  maxPeersPerNetwork: number
  /** How long messages are kept for a member whose connection was lost, ms. 0: not at all. Default 5 s. */
  offlineMs: number
  /** Messages kept for one such member. Default 64. */
  offlineMessages: number
  /** Bytes kept for one such member. Default 256 KiB. */
  offlineBytes: number
  /** Bytes kept for all of them. Default 16 MiB. */
  offlineTotalBytes: number
}

/** The defaults of {@link HubLimits}. */
export const DEFAULT_LIMITS: Readonly<HubLimits> = {
  maxConnections: 1000,
  maxConnectionsPerAddress: 100,
  maxMessageBytes: 64 * 1024,
  messageRate: 50,
  messageBurst: 200,
  byteRate: 256 * 1024,
  byteBurst: 1024 * 1024,
  maxBufferedBytes: 1024 * 1024,
  handshakeTimeoutMs: 5000,
  maxStrikes: 10,
  heartbeatMs: 75_000,
  heartbeatGraceMs: 10_000,
  pingIntervalMs: 15_000,
  pingTimeoutMs: 10_000,
  maxNetworks: 10_000,
  maxPeersPerNetwork: 1_000_000,
  offlineMs: 5000,
  offlineMessages: 64,
  offlineBytes: 256 * 1024,
  offlineTotalBytes: 16 * 1024 * 1024,
}

/** The smallest `maxMessageBytes`, so that every control message fits. */
const MIN_MESSAGE_BYTES = 1024

/**
 * Fills in the defaults.
 * @throws RangeError that names the option and what it got
 */
export function resolveLimits(options: Partial<HubLimits>): HubLimits {
  const limits = { ...DEFAULT_LIMITS }
  for (const name of Object.keys(DEFAULT_LIMITS) as (keyof HubLimits)[]) {
    const value = options[name] ?? DEFAULT_LIMITS[name]
    const least = name === 'offlineMs' ? 0 : 1
    if (!(value >= least)) {
      throw new RangeError(`${name} is a number from ${least}, got ${value}`)
    }
    limits[name] = value
  }
  const { maxMessageBytes, byteBurst, heartbeatMs } = limits
  if (maxMessageBytes < MIN_MESSAGE_BYTES || maxMessageBytes > MAX_MESSAGE_BYTES) {
    throw new RangeError(
      `maxMessageBytes is from ${MIN_MESSAGE_BYTES} to ${MAX_MESSAGE_BYTES}, got ${maxMessageBytes}`,
    )
  }
  if (byteBurst < maxMessageBytes) {
    throw new RangeError(
      `byteBurst is at least maxMessageBytes (${maxMessageBytes}), got ${byteBurst}`,
    )
  }
  if (!Number.isInteger(heartbeatMs) || heartbeatMs < 100 || heartbeatMs > 3_600_000) {
    throw new RangeError(`heartbeatMs is a whole number from 100 to 3600000, got ${heartbeatMs}`)
  }
  return limits
}
