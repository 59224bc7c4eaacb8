import type { AuthMode } from '@pigeon/hub'
import { Command, Option } from 'commander'
import { ACCESS, type SWITCH } from './options/access.ts'
import { FEDERATION, type HUB_TRANSPORTS } from './options/federation.ts'
import { LIMITS } from './options/limits.ts'
import { LISTENING } from './options/listening.ts'
import { type LOG_IPS, LOG_LEVELS, OPERATIONS } from './options/operations.ts'
import type { Row } from './options/row.ts'

export { LOG_LEVELS }

/** One of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number]

/** What of an address is logged. */
export type LogIp = (typeof LOG_IPS)[number]

/** What the hub program can be told. Times are seconds. */
export interface HubProgramOptions {
  port: number
  host: string
  publicUrl: readonly string[]
  trustProxy: number
  /** `*` or a list of origins. */
  corsOrigin: string | readonly string[]
  /** A file. */
  tlsCert: string | undefined
  /** A file. */
  tlsKey: string | undefined
  /** A folder of pages to serve, if any. */
  static: string | undefined
  workers: number
  isHub: (typeof SWITCH)[number]
  hubMeshNamespace: string
  bootstrapHubs: readonly string[] | undefined
  autoConnect: (typeof SWITCH)[number]
  reconnectInterval: number
  hubSecret: readonly string[]
  hubKey: string | undefined
  trustedHubs: readonly string[]
  hubPeerId: string | undefined
  hubMeshTransport: (typeof HUB_TRANSPORTS)[number]
  hubMeshMaxPeers: number
  hubMeshMinPeers: number
  meshMigrationDelay: number
  /** Lowest and highest UDP port. */
  rtcPortRange: readonly [number, number] | undefined
  rtcAnnouncedIp: readonly string[]
  nats: readonly string[]
  region: string | undefined
  spreadLoad: (typeof SWITCH)[number]
  maxConnections: number
  maxConnectionsPerAddress: number
  connectRate: number
  connectBurst: number
  maxNetworks: number
  maxPeersPerNetwork: number
  maxMessageSize: number
  messageRate: number
  messageBurst: number
  byteRate: number
  byteBurst: number
  maxBufferedBytes: number
  handshakeTimeout: number
  heartbeat: number
  offlineTime: number
  auth: AuthMode
  v1: (typeof SWITCH)[number]
  tokenSecret: readonly string[]
  /** A file. */
  tokenKey: string | undefined
  /** An address or a file. */
  tokenJwks: string | undefined
  tokenIssuer: string | undefined
  tokenAudience: string | undefined
  stunPort: number
  stunHost: string | undefined
  turnUrls: readonly string[]
  turnSecret: string | undefined
  turnTtl: number
  logLevel: LogLevel
  logIp: LogIp
  adminPort: number | undefined
  adminHost: string
  adminToken: readonly string[]
  drainTime: number
}

/** Every option once: flag, environment variable, default, what it does, how it is read. */
export const OPTIONS: readonly Row[] = [
  ...LISTENING,
  ...FEDERATION,
  ...LIMITS,
  ...ACCESS,
  ...OPERATIONS,
]

/** The name of a row's value. */
export function nameOf({ flag }: Row): keyof HubProgramOptions {
  return new Option(flag).attributeName() as keyof HubProgramOptions
}

/** The defaults of {@link OPTIONS}. */
export const DEFAULT_OPTIONS: Readonly<HubProgramOptions> = Object.fromEntries(
  OPTIONS.map((row) => [nameOf(row), row.fallback]),
) as unknown as HubProgramOptions

/** The command line built from {@link OPTIONS}. */
export function makeCommand(): Command {
  const command = new Command('pigeon-hub')
    .description('A hub: where peers of a network find each other.')
    .allowExcessArguments(false)
    .showHelpAfterError('(--help lists every option)')
  for (const { flag, env, text: description, fallback, parse } of OPTIONS) {
    const option = new Option(flag, description).env(env).argParser(parse)
    const isNone = fallback === undefined || (Array.isArray(fallback) && fallback.length === 0)
    command.addOption(isNone ? option : option.default(fallback))
  }
  return command
    .option(
      '--config <file>',
      'JSON with the same names in camel case; flags and variables beat it',
    )
    .option('--check-config', 'says whether the configuration is good, and ends')
    .option('--print-config', 'prints the configuration without its secrets, and ends')
}
