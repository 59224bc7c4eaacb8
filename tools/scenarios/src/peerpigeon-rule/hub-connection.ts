import type { SimulatedSocket } from '@pigeon/simulator'
import type { Clock } from '@pigeon/transport'
import { decode, encode, type FromHub, type ToHub } from './hub-messages.ts'

/** First wait before the hub is tried again, ms; it doubles with every failure. */
const RETRY_MS = 1000
const RETRY_MAX_MS = 30_000

/** Who has links waits three times longer, and to another limit. */
const HEALTHY_FACTOR = 3
const HEALTHY_MAX_MS = 300_000

/** What a {@link HubConnection} is made with. */
export interface HubConnectionOptions {
  connect: () => SimulatedSocket
  clock: Clock
  /** Whether this peer has open links. */
  isHealthy: () => boolean
  onConnected: () => void
  onMessage: (message: FromHub) => void
}

/** A peer's connection to the hub, made again when it is lost: `SignalingClient` of PeerPigeon. */
export class HubConnection {
  readonly #options: HubConnectionOptions
  #socket: SimulatedSocket | undefined
  #failures = 0

  constructor(options: HubConnectionOptions) {
    this.#options = options
  }

  get isConnected(): boolean {
    return this.#socket?.state === 'open'
  }

  start(): void {
    const { connect, onConnected, onMessage } = this.#options
    const socket = connect()
    this.#socket = socket
    socket.on('open', () => {
      this.#failures = 0
      onConnected()
    })
    socket.on('message', (bytes) => onMessage(decode<FromHub>(bytes)))
    socket.on('close', () => this.#retry())
  }

  /** Drops the message without a connection. */
  send(message: ToHub): void {
    if (this.isConnected) this.#socket?.send(encode(message))
  }

  #retry(): void {
    const { clock, isHealthy } = this.#options
    const [factor, max] = isHealthy() ? [HEALTHY_FACTOR, HEALTHY_MAX_MS] : [1, RETRY_MAX_MS]
    const wait = Math.min(RETRY_MS * 2 ** this.#failures * factor, max)
    this.#failures++
    clock.after(wait, () => this.start())
  }
}
