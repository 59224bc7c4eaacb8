/**
 * Message sockets inside one process and on any clock: hubs and clients in simulations and tests.
 * @module
 */
import { type Clock, Emitter, type Unsubscribe } from '@pigeon/transport'
import { CLOSE_ABNORMAL, CLOSE_NORMAL } from './codes.ts'
import type { MessageSocket, MessageSocketEvents, SocketConnector } from './socket.ts'

/** How long an orderly close may wait for the other end, ms. */
const CLOSE_TIMEOUT_MS = 1000

/** Options of {@link memorySockets} and {@link memoryConnector}. */
export interface MemorySocketOptions {
  clock: Clock
  /** One-way delay, ms. Default 0. */
  latencyMs?: number
}

type Delivery = { bytes: Uint8Array } | { code: number; reason: string }

/** One end of a connection made by {@link memorySockets}. */
export class MemorySocket implements MessageSocket {
  readonly #clock: Clock
  readonly #latencyMs: number
  readonly #events = new Emitter<MessageSocketEvents>()
  /** What came to the other end and waits to be read there. */
  readonly #outgoing: Delivery[] = []
  #other: MemorySocket | undefined
  #state: 'open' | 'closing' | 'closed' = 'open'
  #paused = false
  #bufferedBytes = 0
  #cancelTimeout: () => void = () => {}

  constructor(options: MemorySocketOptions) {
    this.#clock = options.clock
    this.#latencyMs = options.latencyMs ?? 0
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes
  }

  get state(): 'open' | 'closing' | 'closed' {
    return this.#state
  }

  /** Whether this end reads. While paused nothing arrives, and the other end's bytes pile up. */
  get paused(): boolean {
    return this.#paused
  }

  set paused(paused: boolean) {
    this.#paused = paused
    if (!paused) this.#other?.flush()
  }

  /** Makes two ends one connection; `open` follows on this one. */
  join(other: MemorySocket): void {
    this.#other = other
    other.#other = this
    this.#later(() => this.#state === 'open' && this.#events.emit('open'))
  }

  on<E extends keyof MessageSocketEvents>(event: E, listener: MessageSocketEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  send(bytes: Uint8Array): void {
    if (this.#state !== 'open') return
    this.#bufferedBytes += bytes.length
    this.#push({ bytes: bytes.slice() })
  }

  close(code: number = CLOSE_NORMAL, reason = ''): void {
    if (this.#state !== 'open') return
    this.#state = 'closing'
    this.#push({ code, reason })
    this.#cancelTimeout = this.#clock.after(CLOSE_TIMEOUT_MS, () => {
      this.#end(code, reason)
      this.cut()
    })
  }

  /** Breaks the connection: both ends see close code 1006. */
  cut(): void {
    const other = this.#other
    this.#later(() => {
      this.#end(CLOSE_ABNORMAL, '')
      if (other !== undefined) other.#end(CLOSE_ABNORMAL, '')
    })
  }

  /** Hands over what has arrived, if the other end reads. */
  flush(): void {
    const other = this.#other
    while (other !== undefined && !other.#paused) {
      const next = this.#outgoing.shift()
      if (next === undefined) return
      if ('bytes' in next) {
        this.#bufferedBytes -= next.bytes.length
        if (other.#state === 'open') other.#events.emit('message', next.bytes)
      } else {
        other.#end(next.code, next.reason)
        this.#later(() => this.#end(next.code, next.reason))
      }
    }
  }

  #push(delivery: Delivery): void {
    this.#later(() => {
      this.#outgoing.push(delivery)
      this.flush()
    })
  }

  #later(run: () => void): void {
    this.#clock.after(this.#latencyMs, run)
  }

  #end(code: number, reason: string): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#cancelTimeout()
    this.#outgoing.length = 0
    this.#bufferedBytes = 0
    this.#events.emit('close', code, reason)
    this.#events.clear()
  }
}

/** A connection: the end that dialled, which will emit `open`, and the end that was dialled. */
export function memorySockets(options: MemorySocketOptions): [MemorySocket, MemorySocket] {
  const dialled = new MemorySocket(options)
  const dialling = new MemorySocket(options)
  dialling.join(dialled)
  return [dialling, dialled]
}

/**
 * A connector whose connections end at `accept`, which may keep or close them.
 * @example
 * const connect = memoryConnector({ clock, accept: (socket) => hub.accept(socket, { remoteAddress: 'memory' }) })
 */
export function memoryConnector(
  options: MemorySocketOptions & {
    accept: (socket: MemorySocket, url: string, protocols: readonly string[]) => void
  },
): SocketConnector {
  return (url, protocols) => {
    const [dialling, dialled] = memorySockets(options)
    options.clock.after(options.latencyMs ?? 0, () => options.accept(dialled, url, protocols))
    return dialling
  }
}
