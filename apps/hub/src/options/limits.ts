import { seconds, wholeNumber } from './parsers.ts'
import type { Row } from './row.ts'

const MIB = 1024 * 1024

/** What one client, one address and all together may use. */
export const LIMITS: readonly Row[] = [
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
    flag: '--connect-rate <number>',
    env: 'CONNECT_RATE',
    fallback: 20,
    text: 'connections a second that one address may open',
    parse: wholeNumber(1, 1_000_000),
  },
  {
    flag: '--connect-burst <number>',
    env: 'CONNECT_BURST',
    fallback: 100,
    text: 'connections at once that one address may open',
    parse: wholeNumber(1, 1_000_000),
  },
  {
    flag: '--max-networks <number>',
    env: 'MAX_NETWORKS',
    fallback: 10_000,
    text: 'networks with members',
    parse: wholeNumber(1, 1_000_000),
  },
  {
    flag: '--max-peers-per-network <number>',
    env: 'MAX_PEERS_PER_NETWORK',
    fallback: 1_000_000,
    text: 'members of one network',
    parse: wholeNumber(1, 1_000_000),
  },
  {
    flag: '--max-message-size <bytes>',
    env: 'MAX_MESSAGE_SIZE',
    fallback: 64 * 1024,
    text: 'largest message of a peer',
    parse: wholeNumber(1024, MIB),
  },
  {
    flag: '--message-rate <number>',
    env: 'MESSAGE_RATE',
    fallback: 50,
    text: 'messages a second of one peer',
    parse: wholeNumber(1, 1_000_000),
  },
  {
    flag: '--message-burst <number>',
    env: 'MESSAGE_BURST',
    fallback: 200,
    text: 'messages at once of one peer',
    parse: wholeNumber(1, 1_000_000),
  },
  {
    flag: '--byte-rate <bytes>',
    env: 'BYTE_RATE',
    fallback: 256 * 1024,
    text: 'bytes a second of one peer',
    parse: wholeNumber(1024, 1024 * MIB),
  },
  {
    flag: '--byte-burst <bytes>',
    env: 'BYTE_BURST',
    fallback: MIB,
    text: 'bytes at once of one peer; at least its largest message',
    parse: wholeNumber(1024, 1024 * MIB),
  },
  {
    flag: '--max-buffered-bytes <bytes>',
    env: 'MAX_BUFFERED_BYTES',
    fallback: MIB,
    text: 'unread bytes above which a slow reader is dropped',
    parse: wholeNumber(64 * 1024, 1024 * MIB),
  },
  {
    flag: '--handshake-timeout <seconds>',
    env: 'HANDSHAKE_TIMEOUT',
    fallback: 5,
    text: 'time from the connection to membership',
    parse: seconds(0.1, 300),
  },
  {
    flag: '--heartbeat <seconds>',
    env: 'HEARTBEAT',
    fallback: 75,
    text: 'silence after which a peer pings; keep it below the idle time of a proxy',
    parse: seconds(0.1, 3600),
  },
  {
    flag: '--offline-time <seconds>',
    env: 'OFFLINE_TIME',
    fallback: 5,
    text: 'how long messages wait for a peer that lost its connection; 0 is not at all',
    parse: seconds(0, 300),
  },
]
