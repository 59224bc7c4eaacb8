import type { Clock, Random } from '@pigeon/transport'
import { assertPeerId, type PeerId } from '@pigeon/xor'
import { isNetworkName } from './network-name.ts'
import type { SocketConnector } from './socket.ts'

/** An Ed25519 key whose hash is the client's id; `SigningKey` of `@pigeon/identity` is one. */
export interface HubProver {
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  /** @returns 64 bytes */
  sign(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>
}

/** Options of a `SignalingClient`. */
export interface SignalingClientOptions {
  /** Hubs, `ws:` or `wss:` addresses, preferred first: tried in turn. */
  urls: readonly string[]
  /** The id to be known by. */
  self: PeerId
  /** The network to join: 1 to 128 UTF-8 bytes. */
  network: string
  /** Makes connections: `connectWebSocket` of `@pigeon/signaling-protocol/websocket`. */
  connect: SocketConnector
  clock: Clock
  random: Random
  /** From the start of an attempt to WELCOME, ms. Default 10 s. */
  connectTimeoutMs?: number
  /** Upper end of the first wait between two rounds of attempts, ms. Default 0.5 s. */
  backoffMinMs?: number
  /** What that end grows to, doubling, ms. Default 30 s. */
  backoffMaxMs?: number
  /** A connection that lasted this long starts the waits anew, ms. Default 10 s. */
  stableMs?: number
  /** Failed attempts in a row after which to give up. Default: never. */
  maxAttempts?: number
  /** How long the answer to a PING may take, ms. Default 5 s. */
  pongTimeoutMs?: number
  /** Unanswered PINGs in a row that mean the connection is dead. Default 2. */
  missedPongs?: number
  /** Unsent bytes above which `send` answers `congested`. Default 1 MiB. */
  maxBufferedBytes?: number
  /** Proves to hubs that the id is this client's. Default: the id is a claim. */
  prove?: HubProver
  /** What lets this client in, asked anew for each connection. Default: nothing. */
  token?: () => string | undefined
}

/** {@link SignalingClientOptions} with every default filled in. */
export type ResolvedClientOptions = Required<Omit<SignalingClientOptions, 'prove' | 'token'>> &
  Pick<SignalingClientOptions, 'prove' | 'token'>

/**
 * Checks options and fills in the defaults.
 * @throws TypeError or RangeError that says what is wrong
 */
export function resolveClientOptions(options: SignalingClientOptions): ResolvedClientOptions {
  if (options.urls.length === 0) throw new RangeError('urls names at least one hub')
  for (const url of options.urls) {
    if (!/^wss?:\/\/[^\s/]\S*$/.test(url)) {
      throw new RangeError(`a hub's url starts with ws:// or wss://, got ${JSON.stringify(url)}`)
    }
  }
  assertPeerId(options.self)
  if (!isNetworkName(options.network)) {
    throw new RangeError(
      `a network name has 1 to 128 UTF-8 bytes and no control characters, got ${JSON.stringify(options.network)}`,
    )
  }
  const resolved = { ...DEFAULTS, ...withoutUndefined(options) }
  for (const name of Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]) {
    if (!(resolved[name] > 0)) {
      throw new RangeError(`${name} is a number above 0, got ${resolved[name]}`)
    }
  }
  return resolved
}

const DEFAULTS = {
  connectTimeoutMs: 10_000,
  backoffMinMs: 500,
  backoffMaxMs: 30_000,
  stableMs: 10_000,
  maxAttempts: Number.POSITIVE_INFINITY,
  pongTimeoutMs: 5_000,
  missedPongs: 2,
  maxBufferedBytes: 1024 * 1024,
}

function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as T
}
