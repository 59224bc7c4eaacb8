import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { describeOptions, readSettings } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'pigeon-config-'))
const SECRET = 's'.repeat(40)

afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => vi.unstubAllEnvs())

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

function read(args: string[], env: Record<string, string> = {}) {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  return readSettings(args, process.env)
}

test('B7 a flag beats a variable, a variable beats the file, the file beats the default', () => {
  const config = file('config.json', '{"port": 1, "heartbeat": 30, "host": "::1", "auth": "proof"}')
  const args = ['--config', config, '--port', '3']
  const { options } = read(args, { PORT: '2', PIGEON_HOST: '127.0.0.1' })
  expect(options).toMatchObject({ port: 3, host: '127.0.0.1', heartbeat: 30, auth: 'proof' })
  expect(options.maxConnections).toBe(1000)
})

test('B7 lists in the file are lists, and PIGEON_CONFIG names it as well', () => {
  const config = file('list.json', '{"turnUrls": ["turn:a", "turns:b"], "corsOrigin": "*"}')
  expect(read([], { PIGEON_CONFIG: config }).options.turnUrls).toEqual(['turn:a', 'turns:b'])
})

test('B7 a secret may come from a file, and is never printed', () => {
  const env = { TOKEN_SECRET_FILE: file('secret', `${SECRET}\n`), ADMIN_TOKEN: 'a'.repeat(20) }
  const { options, mode } = read(['--print-config', '--turn-secret', 'turn word'], env)
  expect(mode).toBe('print')
  expect(options.tokenSecret).toEqual([SECRET])
  const printed = describeOptions(options)
  for (const secret of [SECRET, 'a'.repeat(20), 'turn word']) expect(printed).not.toContain(secret)
  expect(JSON.parse(printed)).toMatchObject({ tokenSecret: '(secret)', port: 3000 })
})

test.each([
  ['{"prot": 1}', /there is no option 'prot'/],
  ['{"port": "x"}', /port cannot be "x". It is a whole number/],
  ['{"tokenSecret": "short"}', /tokenSecret cannot be the secret. Each has at least 32 bytes/],
  ['{', /is not JSON/],
  ['[]', /is not an object/],
])('B7 what is wrong with the file %s is said', (text, message) => {
  const config = file('bad.json', text)
  expect(() => read(['--config', config])).toThrow(message)
})

test('B7 a file that is not there is said by name', () => {
  expect(() => read(['--config=/nowhere.json'])).toThrow(/--config names \/nowhere.json/)
})
