import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'

/** `nats-server`, of the Debian package of that name, in a process of its own, which may be killed and started again on its port. */
export class NatsServer {
  readonly port: number
  #process: ChildProcess | undefined

  private constructor(port: number) {
    this.port = port
  }

  static async start(): Promise<NatsServer> {
    const probe = createServer().listen(0, '127.0.0.1')
    await once(probe, 'listening')
    const { port } = probe.address() as { port: number }
    probe.close()
    const server = new NatsServer(port)
    await server.start()
    return server
  }

  async start(): Promise<void> {
    const args = ['-a', '127.0.0.1', '-p', String(this.port)]
    const child = spawn('nats-server', args, { stdio: 'ignore' })
    this.#process = child
    // Without it nobody will ever answer.
    const missing = once(child, 'error').then(([error]) => Promise.reject(error))
    await Promise.race([missing, this.#answers()])
  }

  async #answers(): Promise<void> {
    while (!(await answers(this.port))) await new Promise((resolve) => setTimeout(resolve, 20))
  }

  async kill(): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (child === undefined) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => socket.destroy())
    socket.once('connect', () => socket.end())
  })
}
