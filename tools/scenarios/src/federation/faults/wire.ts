import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** A wire to a hub that may fall silent: both ends stay open, and nothing arrives any more. */
export class Wire {
  isSilent = false
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(port: number) {
    this.#server = createServer((near) => {
      const far = connect({ port, host: '127.0.0.1' })
      this.#lead(near, far)
      this.#lead(far, near)
    })
  }

  static async to(url: string): Promise<Wire> {
    const wire = new Wire(Number(new URL(url).port))
    await once(wire.#server.listen(0, '127.0.0.1'), 'listening')
    return wire
  }

  /** What to connect to instead of the hub. */
  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  end(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #lead(from: Socket, to: Socket): void {
    this.#sockets.add(from)
    from.on('error', () => {})
    from.on('data', (bytes) => {
      if (!this.isSilent) to.write(bytes)
    })
    from.on('close', () => {
      this.#sockets.delete(from)
      if (!this.isSilent) to.destroy()
    })
  }
}
