import { SWITCH } from './access.ts'
import {
  addresses,
  list,
  oneOf,
  portRange,
  seconds,
  secrets,
  text,
  wholeNumber,
} from './parsers.ts'
import type { Row } from './row.ts'

/** What carries links between hubs once they have met. */
export const HUB_TRANSPORTS = ['webrtc', 'ws'] as const

const URLS = /^wss?:\/\/[^\s/]+\S*$/
const ID = /^[0-9a-f]{40}$/

/** How the hub joins others. */
export const FEDERATION: readonly Row[] = [
  {
    flag: '--is-hub <switch>',
    env: 'IS_HUB',
    fallback: 'off',
    text: 'whether it joins other hubs: on, off; on as a program',
    parse: oneOf(SWITCH),
  },
  {
    flag: '--hub-mesh-namespace <name>',
    env: 'HUB_MESH_NAMESPACE',
    fallback: 'pigeonhub-mesh',
    text: 'which hubs belong together',
    parse: text,
  },
  {
    flag: '--bootstrap-hubs <urls>',
    env: 'BOOTSTRAP_HUBS',
    fallback: undefined,
    text: 'hubs to dial, also --bootstrap; commas between; if not given, ws://localhost:3000',
    parse: list(URLS, 'ws://hub-a:3000,ws://hub-b:3000'),
  },
  {
    flag: '--auto-connect <switch>',
    env: 'AUTO_CONNECT',
    fallback: 'on',
    text: 'whether they are dialled at the start: on, off',
    parse: oneOf(SWITCH),
  },
  {
    flag: '--reconnect-interval <seconds>',
    env: 'RECONNECT_INTERVAL',
    fallback: 5,
    text: 'first wait before a hub is dialled again; later ones are longer, up to 30',
    parse: seconds(0.1, 30),
  },
  {
    flag: '--hub-secret <secrets>',
    env: 'HUB_SECRET',
    fallback: [],
    text: 'what all hubs of a network know; earlier ones behind commas; if not given, one of this user on this machine',
    parse: secrets(32),
    secret: true,
  },
  {
    flag: '--hub-key <seed>',
    env: 'HUB_KEY',
    fallback: undefined,
    text: 'seed of its Ed25519 key, 64 hex characters, whose hash is its id',
    parse: text,
    secret: true,
  },
  {
    flag: '--trusted-hubs <ids>',
    env: 'TRUSTED_HUBS',
    fallback: [],
    text: 'ids of hubs whose keys are trusted; commas between',
    parse: list(ID, '0123456789abcdef0123456789abcdef01234567'),
  },
  {
    flag: '--hub-peer-id <id>',
    env: 'HUB_PEER_ID',
    fallback: undefined,
    text: 'its id among hubs; if not given, that of its key, or a random one',
    parse: text,
  },
  {
    flag: '--hub-mesh-transport <kind>',
    env: 'HUB_MESH_TRANSPORT',
    fallback: 'webrtc',
    text: `what hubs go on by once they have met: ${HUB_TRANSPORTS.join(', ')}; ws costs a tenth`,
    parse: oneOf(HUB_TRANSPORTS),
  },
  {
    flag: '--hub-mesh-max-peers <number>',
    env: 'HUB_MESH_MAX_PEERS',
    fallback: 3,
    text: 'links by WebRTC at most',
    parse: wholeNumber(1, 50),
  },
  {
    flag: '--hub-mesh-min-peers <number>',
    env: 'HUB_MESH_MIN_PEERS',
    fallback: 2,
    text: 'links by WebRTC that are enough to close WebSockets between hubs',
    parse: wholeNumber(0, 49),
  },
  {
    flag: '--mesh-migration-delay <seconds>',
    env: 'MESH_MIGRATION_DELAY',
    fallback: 10,
    text: 'how long they have to hold before that',
    parse: seconds(0, 3600),
  },
  {
    flag: '--rtc-port-range <ports>',
    env: 'RTC_PORT_RANGE',
    fallback: undefined,
    text: 'UDP ports for WebRTC between hubs, such as 40000-40100; any if not given',
    parse: portRange,
  },
  {
    flag: '--rtc-announced-ip <addresses>',
    env: 'RTC_ANNOUNCED_IP',
    fallback: [],
    text: 'IP addresses under which other hubs reach those ports, besides its own; commas between',
    parse: addresses,
  },
  {
    flag: '--nats <servers>',
    env: 'NATS_SERVERS',
    fallback: [],
    text: 'NATS servers that link the hubs of a cluster; commas between',
    parse: list(/^\S+$/, 'nats://nats-a:4222,nats://nats-b:4222'),
    secret: true,
  },
  {
    flag: '--region <name>',
    env: 'REGION',
    fallback: undefined,
    text: 'where it is; peers are sent to hubs of the same region first',
    parse: text,
  },
  {
    flag: '--spread-load <switch>',
    env: 'SPREAD_LOAD',
    fallback: 'off',
    text: 'whether peers are asked to move to hubs with more room: on, off',
    parse: oneOf(SWITCH),
  },
]
