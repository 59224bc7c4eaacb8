/**
 * Why a hub ends a connection, in its ERROR message and in front of the close reason:
 * - `VERSION`: no wire version in common
 * - `BAD_HELLO`: the first message is no valid HELLO
 * - `ID_TAKEN`: the id is connected to this network already, by somebody else
 * - `REPLACED`: a newer connection with the same session took over
 * - `HUB_FULL`, `ADDRESS_LIMIT`: too many connections, in all or from one address
 * - `MALFORMED`: too many messages that make no sense
 * - `TOO_LARGE`: a message above the limit
 * - `RATE_LIMITED`: far more messages or bytes than allowed, for long
 * - `SLOW_READER`: what was sent to this client piled up
 * - `HANDSHAKE_TIMEOUT`: no HELLO in time
 * - `HEARTBEAT_TIMEOUT`: nothing came for too long
 * - `SHUTDOWN`: the hub stops
 * - `AUTH_REQUIRED`: this hub wants a proof of the id, or a token
 * - `AUTH_FAILED`: the proof or token is not valid, or not for this id and network
 * - `AUTH_EXPIRED`: the token was valid, and its time is over
 * - `NETWORK_FULL`: no place left in this network, or for one more network
 */
export type ErrorCode = keyof typeof CLOSE_CODES

/** The WebSocket close code that goes with each {@link ErrorCode} (RFC 6455, §7.4; 4000s are ours). */
export const CLOSE_CODES: {
  readonly VERSION: 4000
  readonly REPLACED: 4001
  readonly ID_TAKEN: 4002
  readonly BAD_HELLO: 4003
  readonly HANDSHAKE_TIMEOUT: 4004
  readonly HEARTBEAT_TIMEOUT: 4005
  readonly SHUTDOWN: 1001
  readonly MALFORMED: 1008
  readonly RATE_LIMITED: 1008
  readonly TOO_LARGE: 1009
  readonly HUB_FULL: 1013
  readonly ADDRESS_LIMIT: 1013
  readonly SLOW_READER: 1013
  readonly NETWORK_FULL: 1013
  readonly AUTH_REQUIRED: 4006
  readonly AUTH_FAILED: 4007
  readonly AUTH_EXPIRED: 4008
} = {
  VERSION: 4000,
  REPLACED: 4001,
  ID_TAKEN: 4002,
  BAD_HELLO: 4003,
  HANDSHAKE_TIMEOUT: 4004,
  HEARTBEAT_TIMEOUT: 4005,
  SHUTDOWN: 1001,
  MALFORMED: 1008,
  RATE_LIMITED: 1008,
  TOO_LARGE: 1009,
  HUB_FULL: 1013,
  ADDRESS_LIMIT: 1013,
  SLOW_READER: 1013,
  NETWORK_FULL: 1013,
  AUTH_REQUIRED: 4006,
  AUTH_FAILED: 4007,
  AUTH_EXPIRED: 4008,
}

/** One of the close codes a hub uses. */
export type CloseCode = (typeof CLOSE_CODES)[ErrorCode]

/** All error codes, in the order of the union's documentation. */
export const ERROR_CODES: readonly ErrorCode[] = Object.keys(CLOSE_CODES) as ErrorCode[]

/** Close codes of an orderly end (RFC 6455, §7.4.1). */
export const CLOSE_NORMAL = 1000

/** What a socket reports when the connection broke without a close frame (RFC 6455, §7.4.1). */
export const CLOSE_ABNORMAL = 1006

/** Errors after which the same hub would refuse again: a client does not come back by itself. */
export const FATAL_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'VERSION',
  'BAD_HELLO',
  'ID_TAKEN',
  'REPLACED',
  'AUTH_REQUIRED',
  'AUTH_FAILED',
])

/** Of an end without an ERROR message, what the close code alone says. */
export function errorOfClose(
  close: number,
  message: string,
): { code: ErrorCode; message: string } | undefined {
  for (const code of FATAL_CODES) {
    if (CLOSE_CODES[code] === close) return { code, message }
  }
  return undefined
}

/**
 * Why a RELAY was not delivered. `unknown`: no such peer in the sender's network, or it is too
 * slow to take more; `rate-limited`: the sender sends too much; `away` (since version 3): its
 * connection was just lost, and it gets the message if it is back within seconds. If not, `unknown`
 * follows.
 */
export type UndeliverableReason = 'unknown' | 'rate-limited' | 'away'

/** The byte that stands for each {@link UndeliverableReason}. */
export const UNDELIVERABLE_BYTES: Readonly<Record<UndeliverableReason, number>> = {
  unknown: 1,
  'rate-limited': 2,
  away: 3,
}
