import { End } from './end.ts'
import { EventKind } from './event-kind.ts'
import type { EventHandler } from './event-queue.ts'
import type { Host } from './host.ts'
import { SimulatedSocket } from './socket.ts'
import type { World } from './world.ts'

/** What a server learns of who connects. */
export interface SocketRequest {
  readonly url: string
  readonly protocols: readonly string[]
  /** An IPv4 address, one a host. */
  readonly remoteAddress: string
}

/** Takes a connection; may close it. */
export type Accept = (socket: SimulatedSocket, request: SocketRequest) => void

/** A place that message sockets connect to, such as a hub. */
export class SimulatedServer implements EventHandler {
  readonly url: string
  /** Where it runs. */
  readonly host: Host
  /** Who gets new connections; may be replaced, as by a server that starts anew. */
  accept: Accept
  /** Connections taken so far. */
  accepted = 0
  readonly #world: World
  readonly #latencyMs: number | undefined
  readonly #sockets = new Set<SimulatedSocket>()
  #available = true

  constructor(world: World, host: Host, url: string, accept: Accept, latencyMs?: number) {
    this.#world = world
    this.host = host
    this.url = url
    this.accept = accept
    this.#latencyMs = latencyMs
  }

  /** Whether it takes connections. */
  get available(): boolean {
    return this.#available && this.host.state !== 'down'
  }

  /** Breaks every connection (code 1006 on both sides) and takes none until {@link restore}. */
  outage(): void {
    this.#available = false
    for (const socket of this.#sockets) if (socket.state !== 'closed') socket.fail(0)
    this.#sockets.clear()
  }

  restore(): void {
    this.#available = true
  }

  /** Connects `client`, which is at the beginning. */
  connect(client: SimulatedSocket, url: string, protocols: readonly string[]): void {
    const latencyMs = this.#latencyMs ?? this.#world.latency(client.host, this.host)
    const { simulation } = this.#world
    const arrival: Arrival = { client, url, protocols, latencyMs }
    simulation.schedule(simulation.now + latencyMs, this, EventKind.accept, arrival)
  }

  handle(kind: number, payload: unknown): void {
    const { client, url, protocols, latencyMs } = payload as Arrival
    const { simulation } = this.#world
    const { host } = this
    if (client.state !== 'connecting' || client.host.state === 'down') return
    if (host.state === 'paused') return // the client gives up by itself
    const [there, here] = [client.host.group, host.group]
    if (there !== undefined && here !== undefined && there !== here) return
    simulation.trace.record(simulation.now, kind, client.host.index, host.index, 0)
    if (!this.available) {
      client.fail(latencyMs)
      return
    }
    const socket = new SimulatedSocket(host)
    const dialling = new End(client.host, client, this.#world.socketProfile, latencyMs)
    const dialled = new End(host, socket, this.#world.socketProfile, latencyMs)
    dialling.join(dialled)
    client.attach(dialling)
    socket.attach(dialled)
    socket.opened()
    simulation.schedule(simulation.now + latencyMs, client, EventKind.open)
    this.accepted++
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    this.accept(socket, { url, protocols, remoteAddress: addressOf(client.host) })
  }
}

interface Arrival {
  readonly client: SimulatedSocket
  readonly url: string
  readonly protocols: readonly string[]
  readonly latencyMs: number
}

/** From 10.0.0.0/8, which has room for 2^24 hosts. */
function addressOf({ index }: Host): string {
  return `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`
}
