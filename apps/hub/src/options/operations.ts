import { oneOf, seconds, secrets, text, wholeNumber } from './parsers.ts'
import type { Row } from './row.ts'

/** Levels of the log, from silent to chatty. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const

/** What of an address gets into the log: all, a keyed hash that differs with every start, nothing. */
export const LOG_IPS = ['on', 'hash', 'off'] as const

/** What operators see and do. */
export const OPERATIONS: readonly Row[] = [
  {
    flag: '--log-level <level>',
    env: 'LOG_LEVEL',
    fallback: 'warn',
    text: `what to log to stderr as JSON lines: ${LOG_LEVELS.join(', ')}; info has joins and leaves`,
    parse: oneOf(LOG_LEVELS),
  },
  {
    flag: '--log-ip <how>',
    env: 'LOG_IP',
    fallback: 'hash',
    text: `what of addresses is logged: ${LOG_IPS.join(', ')}`,
    parse: oneOf(LOG_IPS),
  },
  {
    flag: '--admin-port <number>',
    env: 'ADMIN_PORT',
    fallback: undefined,
    text: 'port of dashboard, /metrics and /stats; none if not given',
    parse: wholeNumber(0, 65_535),
  },
  {
    flag: '--admin-host <address>',
    env: 'ADMIN_HOST',
    fallback: 'localhost',
    text: 'its address; beyond loopback it needs a token',
    parse: text,
  },
  {
    flag: '--admin-token <token>',
    env: 'ADMIN_TOKEN',
    fallback: [],
    text: 'what opens it, as Authorization: Bearer; earlier ones behind commas',
    parse: secrets(16),
    secret: true,
  },
  {
    flag: '--drain-time <seconds>',
    env: 'DRAIN_TIME',
    fallback: 5,
    text: 'time in which peers move elsewhere after SIGTERM',
    parse: seconds(0, 600),
  },
]
