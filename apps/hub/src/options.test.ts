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
  expect(parse([])).toEqual(DEFAULT_OPTIONS)
  expect(DEFAULT_OPTIONS).toMatchObject({ port: 3000, host: 'localhost', maxMessageSize: 65_536 })
})

test('S5 every option is a flag and an environment variable, and a flag wins', () => {
  const values: Record<string, [string, unknown]> = {
    PORT: ['0', 0],
    HOST: ['::1', '::1'],
    MAX_CONNECTIONS: ['7', 7],
    MAX_CONNECTIONS_PER_ADDRESS: ['8', 8],
    MAX_MESSAGE_SIZE: ['1024', 1024],
    CORS_ORIGIN: ['https://a.example, http://b:80/', ['https://a.example', 'http://b:80']],
    STATIC_DIR: ['pages', 'pages'],
    LOG_LEVEL: ['info', 'info'],
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
    if (fallback !== undefined) expect(help).toContain(`(default: ${JSON.stringify(fallback)}`)
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
