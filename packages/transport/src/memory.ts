/**
 * Links inside one process, for tests and for trying a protocol.
 * @module
 */
import type { PeerId } from '@pigeon/xor'
import type {
  Clock,
  CloseReason,
  Link,
  LinkEvents,
  LinkFactory,
  LinkFingerprints,
  SendResult,
  Signal,
} from './contracts.ts'
import { Emitter, type Unsubscribe } from './emitter.ts'
import type { LinkTransport } from './link-transport.ts'

/** A link that is not open by then closes with `timeout`, ms. */
const CONNECT_TIMEOUT_MS = 15_000

/** Options of {@link MemoryNetwork}. */
export interface MemoryNetworkOptions {
  /** Decides when frames arrive. */
  clock: Clock
  /** One-way delay, ms. Default 0. */
  latencyMs?: number
  /** Bytes on the way in one direction above which a link is congested. Default 128 KiB. */
  windowBytes?: number
  /** Default 256 KiB. */
  maxFrameBytes?: number
}

/**
 * Makes {@link Link}s between peers of one process. They are signalled and opened like real ones:
 * one side dials, the signals must be brought to the other, which creates its side for the offer.
 */
export class MemoryNetwork implements LinkFactory {
  readonly maxFrameBytes: number
  readonly #clock: Clock
  readonly #latencyMs: number
  readonly #windowBytes: number
  readonly #dialling = new Map<string, MemoryLink>()
  #connections = 0
  #ends = 0

  constructor(options: MemoryNetworkOptions) {
    this.#clock = options.clock
    this.#latencyMs = options.latencyMs ?? 0
    this.#windowBytes = options.windowBytes ?? 128 * 1024
    this.maxFrameBytes = options.maxFrameBytes ?? 256 * 1024
  }

  create(options: { self: PeerId; remote: PeerId; dial: boolean }): MemoryLink {
    const link: MemoryLink = new MemoryLink(options.remote, this.maxFrameBytes, this.#windowBytes, {
      later: (run) => void this.#clock.after(this.#latencyMs, run),
      timeout: (run) => this.#clock.after(CONNECT_TIMEOUT_MS, run),
      find: (connection) => {
        const dialled = this.#dialling.get(connection)
        const waits = dialled?.state === 'connecting' && dialled.connection === connection
        return waits ? dialled : undefined
      },
      polite: options.self < options.remote,
      closed: (connection) => this.#dialling.delete(connection),
      fingerprint: numbered(++this.#ends),
    })
    if (options.dial) {
      const connection = `memory-${++this.#connections}`
      this.#dialling.set(connection, link)
      link.dial(connection)
    }
    return link
  }
}

/**
 * Links two transports of one network; they are up as soon as the clock has moved on.
 * @returns the two sides
 */
export function connect(
  network: MemoryNetwork,
  a: LinkTransport,
  b: LinkTransport,
): [MemoryLink, MemoryLink] {
  const dialled = network.create({ self: a.self, remote: b.self, dial: true })
  const accepted = network.create({ self: b.self, remote: a.self, dial: false })
  dialled.on('signal', (signal) => accepted.signal(signal))
  accepted.on('signal', (signal) => dialled.signal(signal))
  a.add(dialled)
  b.add(accepted)
  return [dialled, accepted]
}

/** What a reason on this side is on the other. */
function reasonThere(reason: CloseReason): CloseReason {
  if (reason === 'local') return 'bye'
  return reason === 'timeout' ? 'failed' : reason
}

/** Stands for a certificate: each end of each link has its own. */
function numbered(end: number): Uint8Array {
  const bytes = new Uint8Array(32)
  new DataView(bytes.buffer).setFloat64(0, end)
  return bytes
}

interface MemoryLinkWorld {
  later(run: () => void): void
  timeout(run: () => void): () => void
  find(connection: string): MemoryLink | undefined
  readonly polite: boolean
  closed(connection: string): void
  readonly fingerprint: Uint8Array
}

/** One side of a link of a {@link MemoryNetwork}. */
export class MemoryLink implements Link {
  readonly remote: PeerId
  readonly maxFrameBytes: number
  /** Nothing ever breaks here. */
  readonly mends: boolean = true
  readonly #windowBytes: number
  readonly #world: MemoryLinkWorld
  readonly #events = new Emitter<LinkEvents>()
  #state: 'connecting' | 'open' | 'closed' = 'connecting'
  #connection: string | undefined
  #other: MemoryLink | undefined
  readonly #cancelTimeout: () => void
  #outstandingBytes = 0
  #congested = false

  constructor(remote: PeerId, maxFrameBytes: number, windowBytes: number, world: MemoryLinkWorld) {
    this.remote = remote
    this.maxFrameBytes = maxFrameBytes
    this.#windowBytes = windowBytes
    this.#world = world
    this.#cancelTimeout = world.timeout(() => this.#end('timeout'))
  }

  get state(): 'connecting' | 'open' | 'closed' {
    return this.#state
  }

  get connection(): string | undefined {
    return this.#connection
  }

  /** Of no certificate, but different for each end of each link. */
  get fingerprints(): LinkFingerprints | undefined {
    const other = this.#other
    return other && { local: this.#world.fingerprint, remote: other.#world.fingerprint }
  }

  on<E extends keyof LinkEvents>(event: E, listener: LinkEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** Offers under the name `connection`. */
  dial(connection: string): void {
    this.#connection = connection
    this.#world.later(() => this.#emitSignal({ type: 'offer', connection, sdp: '' }))
  }

  signal(signal: unknown): void {
    const { type, connection } = (signal ?? {}) as Partial<Signal>
    if (this.#state !== 'connecting' || typeof connection !== 'string') return
    if (type === 'offer') {
      if (this.#connection !== undefined && !this.#world.polite) return
      this.#other = this.#world.find(connection)
      if (this.#other === undefined) return
      this.#connection = connection
      this.#other.#other = this
      this.#emitSignal({ type: 'answer', connection, sdp: '' })
    } else if (type === 'answer' && connection === this.#connection && this.#other) {
      const other = this.#other
      if (other.#state !== 'connecting' || other.#connection !== connection) {
        // The other side has gone on to another attempt meanwhile.
        this.#end('failed')
        return
      }
      this.#open()
      other.#open()
    }
  }

  send(frame: Uint8Array): SendResult {
    const other = this.#other
    if (this.#state !== 'open' || other === undefined) return 'gone'
    if (frame.length > this.maxFrameBytes) return 'too-large'
    if (this.#congested || this.#outstandingBytes >= this.#windowBytes) {
      this.#congested = true
      return 'congested'
    }
    const copy = frame.slice()
    this.#outstandingBytes += copy.length
    this.#world.later(() => {
      this.#outstandingBytes -= copy.length
      if (other.#state === 'open') other.#events.emit('frame', copy)
      if (this.#congested && this.#state === 'open' && this.#outstandingBytes === 0) {
        this.#congested = false
        this.#events.emit('drain')
      }
    })
    return 'sent'
  }

  check(): void {}

  close(reason: CloseReason = 'local'): Promise<void> {
    if (this.#state === 'closed') return Promise.resolve()
    const other = this.#other
    this.#end(reason)
    // Behind the frames on their way, as a goodbye on a real link.
    return new Promise((resolve) => {
      this.#world.later(() => {
        if (other !== undefined) other.#end(reasonThere(reason))
        resolve()
      })
    })
  }

  #emitSignal(signal: Signal): void {
    if (this.#state === 'connecting') this.#events.emit('signal', signal)
  }

  #open(): void {
    if (this.#state !== 'connecting') return
    this.#state = 'open'
    this.#cancelTimeout()
    this.#events.emit('open')
  }

  #end(reason: CloseReason): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#cancelTimeout()
    if (this.#connection !== undefined) this.#world.closed(this.#connection)
    this.#events.emit('close', reason)
  }
}
