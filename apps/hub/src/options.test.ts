import { afterEach, expect, test, vi } from 'vitest'
import { DEFAULT_OPTIONS, type HubProgramOptions, makeCommand, OPTIONS } from './options.ts'

function parse(args: string[], env: Record<string, string> = {}): HubProgramOptions {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  const command = makeCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
  return command.parse(args, { from: 'user' }).opts()
}

afterEach(() => {
  vi.unstubAllEnvs()
})

test('S5 without flags and environment the defaults hold', () => {
  for (const { env } of OPTIONS) vi.stubEnv(env, undefined)
  expect({ ...DEFAULT_OPTIONS, ...parse([]) }).toEqual(DEFAULT_OPTIONS)
  expect(DEFAULT_OPTIONS).toMatchObject({ port: 3000, host: 'localhost', maxMessageSize: 65_536 })
})

test('S5 every option is a flag and an environment variable, and a flag wins', () => {
  const values: Record<string, [string, unknown]> = {
    PORT: ['0', 0],
    HOST: ['::1', '::1'],
    PUBLIC_URL: ['wss://a.example, wss://b.example', ['wss://a.example', 'wss://b.example']],
    TRUST_PROXY: ['1', 1],
    CORS_ORIGIN: ['https://a.example, http://b:80/', ['https://a.example', 'http://b:80']],
    TLS_CERT: ['cert.pem', 'cert.pem'],
    TLS_KEY: ['key.pem', 'key.pem'],
    STATIC_DIR: ['pages', 'pages'],
    WORKERS: ['4', 4],
    IS_HUB: ['on', 'on'],
    HUB_MESH_NAMESPACE: ['mine', 'mine'],
    BOOTSTRAP_HUBS: ['ws://a:3000,ws://b:3000', ['ws://a:3000', 'ws://b:3000']],
    AUTO_CONNECT: ['off', 'off'],
    RECONNECT_INTERVAL: ['0.5', 0.5],
    HUB_SECRET: ['c'.repeat(32), ['c'.repeat(32)]],
    HUB_KEY: ['d'.repeat(64), 'd'.repeat(64)],
    TRUSTED_HUBS: ['a'.repeat(40), ['a'.repeat(40)]],
    HUB_PEER_ID: ['b'.repeat(40), 'b'.repeat(40)],
    HUB_MESH_TRANSPORT: ['ws', 'ws'],
    HUB_MESH_MAX_PEERS: ['5', 5],
    HUB_MESH_MIN_PEERS: ['3', 3],
    MESH_MIGRATION_DELAY: ['1', 1],
    RTC_PORT_RANGE: ['40000-40100', [40_000, 40_100]],
    RTC_ANNOUNCED_IP: ['203.0.113.7,2001:db8::1', ['203.0.113.7', '2001:db8::1']],
    NATS_SERVERS: ['nats://a:4222,b', ['nats://a:4222', 'b']],
    REGION: ['eu', 'eu'],
    SPREAD_LOAD: ['on', 'on'],
    MAX_CONNECTIONS: ['7', 7],
    MAX_CONNECTIONS_PER_ADDRESS: ['8', 8],
    CONNECT_RATE: ['9', 9],
    CONNECT_BURST: ['10', 10],
    MAX_NETWORKS: ['11', 11],
    MAX_PEERS_PER_NETWORK: ['12', 12],
    MAX_MESSAGE_SIZE: ['1024', 1024],
    MESSAGE_RATE: ['13', 13],
    MESSAGE_BURST: ['14', 14],
    BYTE_RATE: ['2048', 2048],
    BYTE_BURST: ['4096', 4096],
    MAX_BUFFERED_BYTES: ['65536', 65_536],
    HANDSHAKE_TIMEOUT: ['2.5', 2.5],
    HEARTBEAT: ['30', 30],
    OFFLINE_TIME: ['0', 0],
    AUTH: ['proof', 'proof'],
    V1: ['off', 'off'],
    TOKEN_SECRET: [`${'a'.repeat(32)},${'b'.repeat(32)}`, ['a'.repeat(32), 'b'.repeat(32)]],
    TOKEN_KEY: ['key.pem', 'key.pem'],
    TOKEN_JWKS: ['https://a.example/jwks', 'https://a.example/jwks'],
    TOKEN_ISSUER: ['me', 'me'],
    TOKEN_AUDIENCE: ['hub', 'hub'],
    STUN_PORT: ['0', 0],
    STUN_HOST: ['stun.example', 'stun.example'],
    TURN_URLS: ['turn:a.example', ['turn:a.example']],
    TURN_SECRET: ['word', 'word'],
    TURN_TTL: ['60', 60],
    LOG_LEVEL: ['info', 'info'],
    LOG_IP: ['off', 'off'],
    ADMIN_PORT: ['0', 0],
    ADMIN_HOST: ['::1', '::1'],
    ADMIN_TOKEN: ['c'.repeat(16), ['c'.repeat(16)]],
    DRAIN_TIME: ['30', 30],
  }
  expect(OPTIONS.map(({ env }) => env)).toEqual(Object.keys(values))
  for (const { flag, env } of OPTIONS) {
    const [text, value] = values[env] as [string, unknown]
    const name = flag.split(' ')[0] as string
    const key = name.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
    expect(parse([], { [env]: text })).toMatchObject({ [key]: value })
    expect(parse([name, text], { [env]: 'nonsense' })).toMatchObject({ [key]: value })
    vi.unstubAllEnvs()
  }
})

test('S5 --help shows every flag with its variable and default', () => {
  const help = makeCommand().helpInformation().replace(/\s+/g, ' ')
  for (const { flag, env, fallback } of OPTIONS) {
    expect(help).toContain(flag)
    expect(help).toContain(`env: ${env})`)
    if (fallback !== undefined && `${fallback}` !== '')
      expect(help).toContain(`(default: ${JSON.stringify(fallback)}`)
  }
})

test.each([
  ['--port', '-1'],
  ['--port', '65536'],
  ['--port', '3e3'],
  ['--port', ''],
  ['--host', ' '],
  ['--max-connections', '0'],
  ['--max-message-size', '1023'],
  ['--max-message-size', '1048577'],
  ['--cors-origin', 'example.org'],
  ['--cors-origin', 'https://a.example/path'],
  ['--static', ''],
  ['--log-level', 'loud'],
])('S5 %s %s is refused', (flag, value) => {
  expect(() => parse([`${flag}=${value}`])).toThrow(new RegExp(`${flag}.*is invalid`))
})
