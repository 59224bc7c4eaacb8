import { isPeerId, type PeerId } from '@pigeon/peer'
import type { MessageSocket, SocketConnector } from '@pigeon/signaling-protocol'
import { decodeV1Frame } from '@pigeon/signaling-protocol/v1'
import { type Clock, Emitter, type Random, type Unsubscribe } from '@pigeon/transport'

/** How long the first message of a hub may take, ms. */
const OPEN_MS = 10_000

/** A hub is asked for a sign of life so often; silent for twice as long, it is gone, ms. */
const PING_MS = 25_000

/** Waits between attempts grow from the first to the second, ms. */
const RETRY_MIN_MS = 500
const RETRY_MAX_MS = 30_000

/** What peers send each other through a hub. */
export type SignalType = 'offer' | 'answer' | 'ice-candidate'

/** What happens on {@link WireSignals}. */
export interface WireSignalsEvents {
  connected: () => void
  disconnected: (reason: string) => void
  discovered: (peer: PeerId) => void
  /** The hub, or the peer itself, says that it is gone from the hub. */
  gone: (peer: PeerId) => void
  signal: (type: SignalType, from: PeerId, data: unknown) => void
}

/** Options of {@link WireSignals}. */
export interface WireSignalsOptions {
  readonly url: string
  readonly self: PeerId
  readonly network: string
  readonly maxPeers: number
  /** Connects so that messages are text. */
  readonly connect: SocketConnector
  readonly clock: Clock
  readonly random: Random
}

/** A connection to a hub in PeerPigeon's words, which comes back by itself. */
export class WireSignals {
  readonly #options: WireSignalsOptions
  readonly #events = new Emitter<WireSignalsEvents>()
  #socket: MessageSocket | undefined
  #isConnected = false
  #isClosed = false
  #attempt = 0
  #heardAt = 0
  #cancel: () => void = () => {}

  constructor(options: WireSignalsOptions) {
    this.#options = options
  }

  on<E extends keyof WireSignalsEvents>(event: E, listener: WireSignalsEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  get isConnected(): boolean {
    return this.#isConnected
  }

  start(): void {
    this.#dial()
  }

  send(type: SignalType, to: PeerId, data: unknown): void {
    const { maxPeers, network: networkName } = this.#options
    this.#say({ type, data, maxPeers, networkName, targetPeerId: to })
  }

  /** Says goodbye. */
  close(): void {
    const { self, maxPeers, network: networkName, clock } = this.#options
    this.#isClosed = true
    this.#cancel()
    const data = { peerId: self, timestamp: Math.floor(clock.now()) }
    this.#say({ type: 'goodbye', data, maxPeers, networkName })
    this.#socket?.close()
    this.#events.clear()
  }

  #dial(): void {
    const { url, self, connect, clock } = this.#options
    const socket = connect(`${url}${url.includes('?') ? '&' : '?'}peerId=${self}`, [])
    this.#socket = socket
    this.#cancel()
    this.#cancel = clock.after(OPEN_MS, () => socket.close())
    socket.on('message', (bytes) => {
      this.#heardAt = clock.now()
      this.#hear(bytes)
    })
    socket.on('close', (_, reason) => this.#over(reason))
  }

  #over(reason: string): void {
    const { clock, random } = this.#options
    this.#cancel()
    const wasConnected = this.#isConnected
    this.#isConnected = false
    this.#socket = undefined
    if (this.#isClosed) return
    if (wasConnected || this.#attempt === 0) this.#events.emit('disconnected', reason)
    const top = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** Math.min(this.#attempt++, 10))
    const [part = 0] = random.fill(new Uint8Array(1))
    this.#cancel = clock.after((top * (part + 1)) / 256, () => this.#dial())
  }

  #hear(bytes: Uint8Array): void {
    const frame = decodeV1Frame(bytes)
    if (frame === undefined) return
    const { type, data, networkName, fromPeerId } = frame
    if (type === 'connected') {
      this.#welcome()
      return
    }
    if (networkName !== this.#options.network) return
    const { peerId } = Object(data) as { peerId?: unknown }
    if (type === 'peer-discovered' && this.#isOther(peerId)) this.#events.emit('discovered', peerId)
    else if (type === 'peer-disconnected' && this.#isOther(peerId))
      this.#events.emit('gone', peerId)
    else if (type === 'goodbye' && this.#isOther(fromPeerId)) this.#events.emit('gone', fromPeerId)
    else if (type === 'offer' || type === 'answer' || type === 'ice-candidate') {
      if (this.#isOther(fromPeerId)) this.#events.emit('signal', type, fromPeerId, data)
    }
  }

  #isOther(id: unknown): id is PeerId {
    return isPeerId(id) && id !== this.#options.self
  }

  #welcome(): void {
    const { self, maxPeers, network: networkName } = this.#options
    this.#isConnected = true
    this.#attempt = 0
    this.#say({ type: 'announce', data: { peerId: self }, maxPeers, networkName })
    this.#keepAlive()
    this.#events.emit('connected')
  }

  #keepAlive(): void {
    const { clock } = this.#options
    this.#cancel()
    this.#cancel = clock.after(PING_MS, () => {
      if (clock.now() - this.#heardAt >= 2 * PING_MS) this.#socket?.close()
      this.#say({ type: 'ping' })
      this.#keepAlive()
    })
  }

  #say(message: object): void {
    this.#socket?.send(encoder.encode(JSON.stringify(message)))
  }
}

const encoder = new TextEncoder()
