import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MAX_MESSAGE_BYTES } from '@pigeon/signaling-protocol'
import { Emitter, type Unsubscribe } from '@pigeon/transport'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { HubError } from '../errors.ts'
import type { HubPeer, HubStats } from '../events.ts'
import { Hub } from '../hub.ts'
import { answerRequest } from './http.ts'
import type { HubServerEvents, HubServerOptions } from './options.ts'
import { Sockets } from './sockets.ts'
import { Upgrader } from './upgrade.ts'

/** TCP connections above the limits on peers, for health checks, pages and refusals. */
const SPARE_CONNECTIONS = 256
const SPARE_CONNECTIONS_PER_ADDRESS = 64

/** How long clients have to take their leave when the server stops, ms. */
const GOODBYE_MS = 500

/** Where a server listens. */
export interface HubAddress {
  host: string
  port: number
  /** What a peer on this machine connects to: `ws://localhost:3000`. */
  url: string
}

interface Running {
  readonly hub: Hub
  readonly http: Server
  readonly sockets: Sockets
  readonly address: HubAddress
}

/** A hub on a port. */
export class HubServer {
  readonly #options: HubServerOptions
  readonly #events = new Emitter<HubServerEvents>()
  #hub: Hub
  #starting: Promise<Running> | undefined
  #running: Running | undefined
  #stopping: Promise<void> | undefined

  /** @throws RangeError that names the option and what it got */
  constructor(options: HubServerOptions = {}) {
    const { port = 3000 } = options
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      throw new RangeError(`port is a whole number from 0 to 65535, got ${port}`)
    }
    this.#options = options
    this.#hub = this.#makeHub()
  }

  on<E extends keyof HubServerEvents>(event: E, listener: HubServerEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** Where the server listens; `undefined` unless it does. */
  get address(): HubAddress | undefined {
    return this.#running?.address
  }

  getStats(): HubStats {
    return this.#hub.getStats()
  }

  getPeers(): HubPeer[] {
    return this.#hub.getPeers()
  }

  /**
   * Listens. Takes the port it was told and no other.
   * @throws HubError `PORT_BUSY`, `PORT_DENIED`, `HOST_UNAVAILABLE`, `LISTEN_FAILED`; TypeError if
   * it is started already
   */
  async start(): Promise<HubAddress> {
    if (this.#starting !== undefined || this.#running !== undefined) {
      throw new TypeError('this HubServer is started already')
    }
    this.#starting = this.#listen()
    try {
      this.#running = await this.#starting
    } finally {
      this.#starting = undefined
    }
    const { address } = this.#running
    this.#events.emit('started', address)
    return address
  }

  /** Tells all clients (close code 1001) and stops within a second, whatever they do. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = undefined
    })
    return this.#stopping
  }

  async #listen(): Promise<Running> {
    const { port = 3000, host = 'localhost', corsOrigin = '*', requestHandler } = this.#options
    const hub = this.#makeHub()
    const { maxConnections, maxConnectionsPerAddress, handshakeTimeoutMs } = hub.limits
    const startedAt = performance.now()
    const http = createServer({
      headersTimeout: handshakeTimeoutMs,
      requestTimeout: Math.max(handshakeTimeoutMs, 30_000),
      connectionsCheckingInterval: Math.min(1000, handshakeTimeoutMs / 2),
    })
    const upgrader = new Upgrader(hub, corsOrigin)
    const sockets = new Sockets(maxConnectionsPerAddress + SPARE_CONNECTIONS_PER_ADDRESS)
    http.maxConnections = maxConnections + SPARE_CONNECTIONS
    http.on('connection', (socket) => sockets.add(socket))
    http.on('upgrade', (request, socket, head) => upgrader.upgrade(request, socket, head))
    http.on('request', (request, response) =>
      answerRequest(request, response, {
        corsOrigin,
        requestHandler,
        getStats: () => hub.getStats(),
        uptime: () => (performance.now() - startedAt) / 1000,
      }),
    )
    await listen(http, port, host)
    http.on('error', (error) => this.#events.emit('error', hubError(error, port, host)))
    this.#hub = hub
    const bound = (http.address() as AddressInfo).port
    return { hub, http, sockets, address: { host, port: bound, url: urlOf(host, bound) } }
  }

  async #stop(): Promise<void> {
    const running = this.#running ?? (await this.#starting?.catch(() => undefined))
    if (running === undefined) return
    const { hub, http, sockets } = running
    const closed = new Promise<void>((resolve) => http.close(() => resolve()))
    hub.close()
    http.closeIdleConnections()
    const timer = setTimeout(() => sockets.destroyAll(), GOODBYE_MS)
    await closed
    clearTimeout(timer)
    this.#running = undefined
    this.#events.emit('stopped')
  }

  #makeHub(): Hub {
    const { maxMessageSize = MAX_MESSAGE_BYTES, ...options } = this.#options
    const { clock = systemClock, random = systemRandom } = options
    const hub = new Hub({ ...options, clock, random, maxMessageBytes: maxMessageSize })
    hub.on('peerConnected', (event) => this.#events.emit('peerConnected', event))
    hub.on('peerDisconnected', (event) => this.#events.emit('peerDisconnected', event))
    hub.on('peerGoodbye', (event) => this.#events.emit('peerGoodbye', event))
    hub.on('limit', (event) => this.#events.emit('limit', event))
    return hub
  }
}

function listen(http: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (error) => reject(hubError(error, port, host)))
    // The name would be looked up and only its first address be bound, which may be ::1 alone.
    http.listen({ port, host: host === 'localhost' ? '127.0.0.1' : host }, () => {
      http.removeAllListeners('error')
      resolve()
    })
  })
}

function hubError(error: NodeJS.ErrnoException, port: number, host: string): HubError {
  const options = { cause: error }
  switch (error.code) {
    case 'EADDRINUSE': {
      const text = `port ${port} on ${host} is in use; choose another with the option \`port\``
      return new HubError('PORT_BUSY', text, options)
    }
    case 'EACCES': {
      const text = `this user may not use port ${port}; choose one from 1024 with the option \`port\``
      return new HubError('PORT_DENIED', text, options)
    }
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN': {
      const text = `${host} is no address of this machine; choose another with the option \`host\``
      return new HubError('HOST_UNAVAILABLE', text, options)
    }
    default:
      return new HubError('LISTEN_FAILED', `cannot listen: ${error.message}`, options)
  }
}

function urlOf(host: string, port: number): string {
  const anyAddress = host === '0.0.0.0' || host === '::'
  const name = anyAddress ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `ws://${name}:${port}`
}
