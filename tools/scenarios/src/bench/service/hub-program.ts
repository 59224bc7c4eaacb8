import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('./main.js', import.meta.resolve('@pigeon/hub-server')))

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** The hub as people run it, in a process of its own. */
export class HubProgram {
  readonly url: string
  readonly adminUrl: string
  readonly #child: ChildProcess
  readonly #ended: Promise<number | null>

  private constructor(child: ChildProcess, port: number, adminPort: number) {
    this.#child = child
    this.url = `ws://127.0.0.1:${port}`
    this.adminUrl = `http://127.0.0.1:${adminPort}`
    this.#ended = once(child, 'exit').then(([code]) => {
      running.delete(child)
      return code as number | null
    })
  }

  /** Starts it, and waits until it takes connections. */
  static async start(port: number, flags: readonly string[] = []): Promise<HubProgram> {
    const adminPort = await freePort()
    const own = ['--host', '127.0.0.1', '--port', `${port}`, '--admin-port', `${adminPort}`]
    const quiet = ['--log-level', 'silent', '--stun-port', '0']
    const child = spawn(process.execPath, ['--expose-gc', MAIN, ...own, ...quiet, ...flags], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    running.add(child)
    const program = new HubProgram(child, port, adminPort)
    await program.#healthy()
    return program
  }

  /** @returns its exit code */
  signal(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    this.#child.kill(signal)
    return this.#ended
  }

  async #healthy(): Promise<void> {
    const url = `${this.url.replace('ws', 'http')}/livez`
    for (;;) {
      const answer = await fetch(url).catch(() => undefined)
      if (answer?.ok) return
      if (this.#child.exitCode !== null) throw new Error(`the hub ended: ${this.#child.exitCode}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

/** A port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
