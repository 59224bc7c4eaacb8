import { Command, InvalidArgumentError, Option } from 'commander'

/** Levels of the log, from silent to chatty. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const

/** One of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number]

/** What the hub program can be told. */
export interface HubProgramOptions {
  port: number
  host: string
  maxConnections: number
  maxConnectionsPerAddress: number
  maxMessageSize: number
  /** `*` or a list of origins. */
  corsOrigin: string | readonly string[]
  /** A folder of pages to serve, if any. */
  static: string | undefined
  logLevel: LogLevel
}

interface Row {
  /** As commander writes it; the name in camel case is the key in {@link HubProgramOptions}. */
  readonly flag: string
  readonly env: string
  readonly text: string
  readonly fallback: HubProgramOptions[keyof HubProgramOptions]
  readonly parse: (text: string) => HubProgramOptions[keyof HubProgramOptions]
}

/** Every option once: flag, environment variable, default, what it does, how it is read. */
export const OPTIONS: readonly Row[] = [
  {
    flag: '--port <number>',
    env: 'PORT',
    fallback: 3000,
    text: 'port to listen on; 0 takes any free one',
    parse: wholeNumber(0, 65_535),
  },
  {
    flag: '--host <address>',
    env: 'HOST',
    fallback: 'localhost',
    text: 'address to listen on; 0.0.0.0 lets other machines in',
    parse: text,
  },
  {
    flag: '--max-connections <number>',
    env: 'MAX_CONNECTIONS',
    fallback: 1000,
    text: 'peers connected at once',
    parse: wholeNumber(1, 1_000_000),
  },
  {
    flag: '--max-connections-per-address <number>',
    env: 'MAX_CONNECTIONS_PER_ADDRESS',
    fallback: 100,
    text: 'of those, from one address; raise it behind a proxy',
    parse: wholeNumber(1, 1_000_000),
  },
  {
    flag: '--max-message-size <bytes>',
    env: 'MAX_MESSAGE_SIZE',
    fallback: 64 * 1024,
    text: 'largest message of a peer',
    parse: wholeNumber(1024, 1024 * 1024),
  },
  {
    flag: '--cors-origin <origins>',
    env: 'CORS_ORIGIN',
    fallback: '*',
    text: 'origins of pages that may connect, separated by commas, besides its own; * is all',
    parse: origins,
  },
  {
    flag: '--static <folder>',
    env: 'STATIC_DIR',
    fallback: undefined,
    text: 'folder of pages to serve',
    parse: text,
  },
  {
    flag: '--log-level <level>',
    env: 'LOG_LEVEL',
    fallback: 'warn',
    text: `what to log to stderr as JSON lines: ${LOG_LEVELS.join(', ')}; info has joins and leaves`,
    parse: logLevel,
  },
]

/** The defaults of {@link OPTIONS}. */
export const DEFAULT_OPTIONS: Readonly<HubProgramOptions> = Object.fromEntries(
  OPTIONS.map((row) => [new Option(row.flag).attributeName(), row.fallback]),
) as unknown as HubProgramOptions

/** The command line built from {@link OPTIONS}. */
export function makeCommand(): Command {
  const command = new Command('pigeon-hub')
    .description('A hub: where peers of a network find each other.')
    .allowExcessArguments(false)
    .showHelpAfterError('(--help lists every option)')
  for (const { flag, env, text: description, fallback, parse } of OPTIONS) {
    const option = new Option(flag, description).env(env).argParser(parse)
    command.addOption(fallback === undefined ? option : option.default(fallback))
  }
  return command
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    throw new InvalidArgumentError(`It is a whole number from ${min} to ${max}.`)
  }
}

function text(value: string): string {
  if (value.trim() !== '') return value
  throw new InvalidArgumentError('It is empty.')
}

function origins(value: string): string | readonly string[] {
  if (value === '*') return value
  const list = value.split(',').map((origin) => origin.trim().replace(/\/$/, ''))
  if (list.every((origin) => /^[a-z][a-z0-9+.-]*:\/\/[^/]+$/i.test(origin))) return list
  throw new InvalidArgumentError('It is * or a list such as https://example.org,http://localhost.')
}

function logLevel(value: string): LogLevel {
  if ((LOG_LEVELS as readonly string[]).includes(value)) return value as LogLevel
  throw new InvalidArgumentError(`It is one of ${LOG_LEVELS.join(', ')}.`)
}
