import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { spawn as spawnOnTerminal } from '@lydell/node-pty'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** How long `npm start` may take when everything is built, ms. */
const START_MS = 60_000

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** Processes whose command line has `mark`, by `ps`, which every Unix has. */
function running(mark: string): string[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(mark) && !line.includes('ps -A'))
}

test(
  'npm start serves health and demo with a resident peer; Ctrl+C in the terminal ends it with 0',
  async () => {
    const port = await freePort()
    const mark = `--port=${port}`
    const terminal = spawnOnTerminal('npm', ['start', '--', mark], { cwd: root, cols: 200 })
    let screen = ''
    terminal.onData((text) => {
      screen += text
    })
    const exited = new Promise<number>((resolve) =>
      terminal.onExit(({ exitCode }) => resolve(exitCode)),
    )
    await expect.poll(() => screen, { timeout: START_MS }).toContain('Press Ctrl+C to stop.')
    expect(screen).toContain(`http://localhost:${port}`)
    const health = async () => (await fetch(`http://localhost:${port}/health`)).json()
    // The resident in its network; the root of the tree, by its own id and soon as the root, in another.
    await expect
      .poll(health, { timeout: 10_000 })
      .toMatchObject({ status: 'healthy', peers: 3, networks: 2 })
    const page = await (await fetch(`http://localhost:${port}/`)).text()
    expect(page).toContain('<title>Pigeon')
    const pressedAt = performance.now()
    terminal.write('\x03')
    expect(await exited).toBe(0)
    expect(performance.now() - pressedAt).toBeLessThan(2000)
    expect(running(mark)).toEqual([])
  },
  START_MS + 20_000,
)

test(
  'npm run hub on a busy port names the option; SIGTERM to the node process ends it with 0',
  async () => {
    const port = await freePort()
    const start = (mode: string) =>
      spawn(process.execPath, ['scripts/start.mjs', mode, `--port=${port}`], {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
    const hub = start('hub')
    let output = ''
    hub.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    await expect.poll(() => output, { timeout: START_MS }).toContain('Press Ctrl+C to stop.')
    const second = start('server')
    let complaint = ''
    second.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text
    })
    expect(await once(second, 'exit')).toEqual([1, null])
    expect(complaint).toContain(`port ${port} on localhost is in use`)
    expect(complaint).toContain('--port or PORT')
    const toldAt = performance.now()
    hub.kill('SIGTERM')
    expect(await once(hub, 'exit')).toEqual([0, null])
    expect(performance.now() - toldAt).toBeLessThan(2000)
  },
  START_MS + 20_000,
)
