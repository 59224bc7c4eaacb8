import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { request as requestTls } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeClientMessage, encodeRelay } from '@pigeon/signaling-protocol'
import { afterEach, expect, test, vi } from 'vitest'
import { get } from '../test/get.ts'
import { Peer } from '../test/peer.ts'
import { MAIN, Program } from '../test/program.ts'

const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

test('S5 it says in plain words where it is and how to stop it, and answers there', async () => {
  const program = new Program([], { PORT: '0' })
  const port = await program.port()
  expect(program.stdout).toBe(
    `The hub is running.\n  peers   ws://localhost:${port}\n  health  http://localhost:${port}/health\nPress Ctrl+C to stop.\n`,
  )
  expect(JSON.parse((await get(port, '/health')).text)).toMatchObject({ status: 'healthy' })
})

test('S5 a flag beats its environment variable', async () => {
  const program = new Program(['--port', '0', '--host', '127.0.0.1'], { PORT: 'nonsense' })
  expect(await program.port()).toBeGreaterThan(0)
})

test('S4 beyond loopback it says that anyone who can reach it can use it', async () => {
  const program = new Program(['--auth', 'open'], { PORT: '0', HOST: '0.0.0.0' })
  const port = await program.port()
  expect(program.stdout).toContain(`anyone who can reach port ${port} can use it`)
})

test('S5 a busy port is one clear line, and exit code 1', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const program = new Program(['--port', `${port}`])
  expect(await program.exit()).toBe(1)
  expect(program.stderr).toBe(
    `pigeon-hub: port ${port} on localhost is in use; choose another with --port or PORT\n`,
  )
  expect(program.stdout).toBe('')
  other.close()
})

test.each(['SIGINT', 'SIGTERM'] as const)('B7 %s stops it in good order', async (signal) => {
  const program = new Program(['--port', '0', '--log-level', 'info'])
  await program.port()
  const startedAt = performance.now()
  program.child.kill(signal)
  expect(await program.exit()).toBe(0)
  expect(performance.now() - startedAt).toBeLessThan(1500)
  const lines = program.stderr.trim().split('\n')
  const drain = signal === 'SIGTERM' ? ['draining', 'drained'] : []
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['started', ...drain, 'stopped'])
})

test('B7 a second signal ends it at once', async () => {
  const program = new Program(['--port', '0'])
  const port = await program.port()
  // A request that never ends keeps the first signal waiting for most of a second.
  const stuck = connect(port, '127.0.0.1')
  stuck.on('error', () => {})
  await once(stuck, 'connect')
  stuck.write('GET /health HT')
  await get(port, '/health')
  program.child.kill('SIGTERM')
  program.child.kill('SIGINT')
  expect(await program.exit()).toBe(130)
  stuck.destroy()
})

test('S5 an unknown flag and a bad value are explained, and exit code 2', async () => {
  const unknown = new Program(['--prot', '3000'])
  expect(await unknown.exit()).toBe(2)
  expect(unknown.stderr).toContain("unknown option '--prot'")
  const bad = new Program([], { PORT: 'three' })
  expect(await bad.exit()).toBe(2)
  expect(bad.stderr).toContain("value 'three' from env 'PORT' is invalid")
  expect(bad.stderr).not.toContain('    at ')
  const help = new Program(['--help'])
  expect(await help.exit()).toBe(0)
  expect(help.stdout).toContain('--max-connections-per-address <number>')
})

test('S5 --static serves the files of a folder and nothing beside it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pigeon-pages-'))
  folders.push(folder)
  writeFileSync(join(folder, 'index.html'), '<h1>demo</h1>')
  const program = new Program(['--port', '0', '--static', folder])
  const port = await program.port()
  const page = await get(port, '/')
  expect(page).toMatchObject({ status: 200, text: '<h1>demo</h1>' })
  expect(page.headers['content-type']).toContain('text/html')
  for (const path of ['/nothing', '/../../etc/passwd', '/..%2f..%2fetc/passwd', '/%2e%2e/x']) {
    expect((await get(port, path)).status).toBe(404)
  }
  expect((await get(port, '/health')).status).toBe(200)
})

test('S5 --static with something that is no folder says so', async () => {
  const program = new Program(['--port', '0', '--static', MAIN])
  expect(await program.exit()).toBe(1)
  expect(program.stderr).toBe(
    `pigeon-hub: ${MAIN} is no folder; --static (STATIC_DIR) names a folder of pages\n`,
  )
})

test('B7 --check-config and --print-config tell and end', async () => {
  const good = new Program(['--check-config'], { AUTH: 'token', TOKEN_SECRET: 's'.repeat(32) })
  expect(await good.exit()).toBe(0)
  expect(good.stdout).toBe('The configuration is good.\n')
  const bad = new Program(['--check-config', '--auth', 'token'])
  expect(await bad.exit()).toBe(1)
  expect(bad.stderr).toContain('needs something that checks tokens')
  const printed = new Program(['--print-config'], { TURN_SECRET: 'the turn secret', PORT: '1' })
  expect(await printed.exit()).toBe(0)
  expect(JSON.parse(printed.stdout)).toMatchObject({ port: 1, turnSecret: '(secret)' })
  expect(printed.stdout).not.toContain('the turn secret')
})

test('B7 with certificate and key it speaks TLS', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pigeon-tls-'))
  folders.push(folder)
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-days', '1', '-nodes']
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
    ...['-keyout', key, '-out', cert, ...subject],
  ])
  expect(made.status).toBe(0)
  const program = new Program(['--port', '0', '--tls-cert', cert, '--tls-key', key])
  await vi.waitFor(() => expect(program.stdout).toContain('wss://localhost:'), 10_000)
  const port = Number(/wss:\/\/[^\s]*:(\d+)/.exec(program.stdout)?.[1])
  const status = await new Promise((resolve, reject) => {
    requestTls({ host: '127.0.0.1', port, path: '/livez', rejectUnauthorized: false }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
      .on('error', reject)
      .end()
  })
  expect(status).toBe(200)
  const half = new Program(['--port', '0', '--tls-cert', cert])
  expect(await half.exit()).toBe(1)
  expect(half.stderr).toBe('pigeon-hub: --tls-cert and --tls-key go together\n')
})

test('B7 on SIGTERM peers are asked to move, messages go on, and it ends when they have', async () => {
  const program = new Program(['--drain-time', '20', '--auth', 'open'], {
    PORT: '0',
    BOOTSTRAP_HUBS: 'ws://b:1',
  })
  const port = await program.port()
  const peers = await Promise.all([1, 2].map((digit) => Peer.join(port, `${digit}`.repeat(40))))
  const [alice, bob] = peers as [Peer, Peer]
  program.child.kill('SIGTERM')
  await vi.waitFor(() => expect(alice.goAway).toMatchObject({ urls: ['ws://b:1'] }), 3000)
  expect((await get(port, '/readyz')).status).toBe(503)
  alice.socket.send(encodeRelay(bob.id, new Uint8Array(3)))
  await vi.waitFor(() => expect(bob.relayed).toBe(1), 3000)
  for (const { socket } of peers) socket.send(encodeClientMessage({ type: 'goodbye' }))
  const startedAt = performance.now()
  expect(await program.exit()).toBe(0)
  expect(performance.now() - startedAt).toBeLessThan(5000)
})
