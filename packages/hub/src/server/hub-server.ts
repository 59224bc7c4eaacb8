import type { Server } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { systemCrypto } from '@pigeon/identity/system'
import { MAX_ALTERNATIVES, MAX_MESSAGE_BYTES } from '@pigeon/signaling-protocol'
import { Emitter, type Unsubscribe } from '@pigeon/transport'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { HubError } from '../errors.ts'
import type { HubPeer, HubStats } from '../events.ts'
import { Hub } from '../hub.ts'
import { answerRequest } from './http.ts'
import { guard, listen, listenError, makeListener, type Tls } from './listener.ts'
import { LoopDelay } from './loop-delay.ts'
import type { HubServerEvents, HubServerOptions } from './options.ts'
import { RateGate } from './rate-gate.ts'
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
  readonly upgrader: Upgrader
  readonly loopDelay: LoopDelay
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
  #draining = false

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

  /** Whether it asks its clients to move. */
  get isDraining(): boolean {
    return this.#draining
  }

  /** How many connections were refused by HTTP status, before they became WebSockets. */
  getRefused(): Readonly<Record<number, number>> {
    return { ...this.#running?.upgrader.refused }
  }

  /** Takes another certificate and key, for new connections. @throws HubError `TLS_FAILED` */
  setTls({ cert, key }: Tls): void {
    try {
      ;(this.#running?.http as TlsServer | undefined)?.setSecureContext({ cert, key })
    } catch (cause) {
      throw new HubError('TLS_FAILED', `certificate and key do not fit: ${String(cause)}`, {
        cause,
      })
    }
  }

  /**
   * Takes no more clients, says so at `/readyz`, asks those there are to move, one by one, and stops
   * when the last is gone, or when the time is over.
   * @param urls other hubs for them to go to, behind those of the network of hubs; at most 8 in all
   */
  async drain(durationMs: number, urls: readonly string[] = []): Promise<void> {
    const running = this.#running
    if (running === undefined || this.#draining) return this.stop()
    this.#draining = true
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, durationMs)
      const off = running.hub.on('drained', () => {
        clearTimeout(timer)
        off()
        resolve()
      })
      const others = this.#options.extension?.draining() ?? []
      running.hub.drain(durationMs, [...new Set([...others, ...urls])].slice(0, MAX_ALTERNATIVES))
    })
    await this.stop()
    this.#draining = false
  }

  /** Tells all clients (close code 1001) and stops within a second, whatever they do. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = undefined
    })
    return this.#stopping
  }

  async #listen(): Promise<Running> {
    const { port = 3000, host = 'localhost', corsOrigin = '*', requestHandler, tls } = this.#options
    const { connectRate = 20, connectBurst = 100, trustProxy = 0, allowV1 = true } = this.#options
    const { verifyToken, publicUrls = [], iceServers, extension } = this.#options
    const hub = this.#makeHub()
    const { maxConnections, maxConnectionsPerAddress, handshakeTimeoutMs } = hub.limits
    const startedAt = performance.now()
    const http = makeListener(handshakeTimeoutMs, tls)
    const rateGate = new RateGate(connectRate, connectBurst, () => performance.now())
    const upgrader = new Upgrader(hub, {
      corsOrigin,
      trustProxy,
      rateGate,
      verifyToken,
      publicUrls,
      iceServers,
      allowV1,
      extension,
    })
    const perAddress = trustProxy > 0 ? maxConnections : maxConnectionsPerAddress
    const sockets = new Sockets(perAddress + SPARE_CONNECTIONS_PER_ADDRESS)
    // What a proxy leads here comes from everywhere.
    const isFlooding = ({ remoteAddress }: Socket): boolean =>
      trustProxy === 0 && rateGate.isFlooding(remoteAddress ?? '')
    const loopDelay = new LoopDelay()
    http.maxConnections = maxConnections + SPARE_CONNECTIONS
    guard(http, (socket) => !isFlooding(socket) && sockets.add(socket))
    http.on('upgrade', (request, socket, head) => upgrader.upgrade(request, socket, head))
    http.on('request', (request, response) =>
      answerRequest(request, response, {
        corsOrigin,
        requestHandler,
        getStats: () => hub.getStats(),
        hubs: extension === undefined ? undefined : () => extension.hubs(),
        unready: () => (this.#draining ? 'draining' : loopDelay.isHigh ? 'overloaded' : undefined),
        uptime: () => (performance.now() - startedAt) / 1000,
      }),
    )
    await listen(http, port, host)
    http.on('error', (error) => this.#events.emit('error', listenError(error, port, host)))
    this.#hub = hub
    const bound = (http.address() as AddressInfo).port
    const url = urlOf(host, bound, tls !== undefined)
    const address = { host, port: bound, url }
    extension?.started(hub, address)
    return { hub, http, sockets, upgrader, loopDelay, address }
  }

  async #stop(): Promise<void> {
    const running = this.#running ?? (await this.#starting?.catch(() => undefined))
    if (running === undefined) return
    const { hub, http, sockets } = running
    const closed = new Promise<void>((resolve) => http.close(() => resolve()))
    await this.#options.extension?.stop()
    hub.close()
    running.loopDelay.stop()
    http.closeIdleConnections()
    const timer = setTimeout(() => sockets.destroyAll(), GOODBYE_MS)
    await closed
    clearTimeout(timer)
    this.#running = undefined
    this.#events.emit('stopped')
  }

  #makeHub(): Hub {
    const { maxMessageSize = MAX_MESSAGE_BYTES, ...options } = this.#options
    const { clock = systemClock, random = systemRandom, auth = 'keyed' } = options
    const { verify } = systemCrypto
    const own = { clock, random, auth, verify, maxMessageBytes: maxMessageSize }
    const hub = new Hub({ ...options, ...own })
    hub.on('draining', (event) => this.#events.emit('draining', event))
    hub.on('drained', () => this.#events.emit('drained'))
    hub.on('peerAnnounced', (event) => this.#events.emit('peerAnnounced', event))
    hub.on('peerConnected', (event) => this.#events.emit('peerConnected', event))
    hub.on('peerDisconnected', (event) => this.#events.emit('peerDisconnected', event))
    hub.on('peerGoodbye', (event) => this.#events.emit('peerGoodbye', event))
    hub.on('limit', (event) => this.#events.emit('limit', event))
    return hub
  }
}

function urlOf(host: string, port: number, secure: boolean): string {
  const anyAddress = host === '0.0.0.0' || host === '::'
  const name = anyAddress ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `${secure ? 'wss' : 'ws'}://${name}:${port}`
}
