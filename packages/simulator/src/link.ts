import {
  type CloseReason,
  Emitter,
  type Link,
  type LinkEvents,
  type LinkFingerprints,
  type SendResult,
  type Signal,
  type Unsubscribe,
} from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Attempts } from './attempts.ts'
import { End } from './end.ts'
import { EventKind } from './event-kind.ts'
import type { EventHandler } from './event-queue.ts'
import type { Host } from './host.ts'
import type { Sink } from './profile.ts'
import type { World } from './world.ts'

/** `Link.close` promises to be done within about this, ms. */
const CLOSE_TIMEOUT_MS = 1000

/** How often a path is looked for again, ms. */
const CHECK_MS = 1000

/**
 * One side of a simulated connection, signalled and opened as a WebRTC one: an offer, an answer,
 * some round trips, and then both sides are open.
 */
export class SimulatedLink implements Link, Sink, EventHandler {
  readonly remote: PeerId
  readonly maxFrameBytes: number
  readonly host: Host
  readonly #world: World
  readonly #attempts: Attempts
  readonly #life: number
  readonly #events = new Emitter<LinkEvents>()
  readonly #timeout: number
  /** Among those of its host. */
  readonly #number: number
  #state: 'connecting' | 'open' | 'closed' = 'connecting'
  #connection: string | undefined
  #end: End | undefined
  #other: SimulatedLink | undefined
  #closed: Promise<void> | undefined

  constructor(world: World, attempts: Attempts, host: Host, remote: PeerId) {
    const { simulation, options } = world
    this.#world = world
    this.#attempts = attempts
    this.host = host
    this.remote = remote
    this.maxFrameBytes = options.maxFrameBytes
    this.#life = host.life
    this.#number = ++host.linksCreated
    const at = simulation.now + options.connectTimeoutMs
    this.#timeout = simulation.schedule(at, this, EventKind.timeout)
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
    return other && { local: this.#fingerprint, remote: other.#fingerprint }
  }

  get #fingerprint(): Uint8Array {
    const bytes = new Uint8Array(32)
    const view = new DataView(bytes.buffer)
    view.setUint32(0, this.host.index)
    view.setUint32(4, this.#life)
    view.setUint32(8, this.#number)
    return bytes
  }

  get mends(): boolean {
    return this.#world.options.mends
  }

  /** Bytes sent that have not arrived. */
  get outstandingBytes(): number {
    return this.#end?.outstandingBytes ?? 0
  }

  on<E extends keyof LinkEvents>(event: E, listener: LinkEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** Offers at once. */
  dial(): void {
    this.#connection = this.#attempts.begin(this)
    this.#soon(EventKind.offer, this.#connection)
  }

  signal(signal: unknown): void {
    const { type, connection } = (signal ?? {}) as Partial<Signal>
    if (this.#state !== 'connecting' || typeof connection !== 'string') return
    if (type === 'offer') {
      const dialled = this.#connection !== undefined
      // When both offer, the offer of the larger id stands.
      if (dialled && (this.host.id > this.remote || !this.#attempts.isMine(this))) return
      if (!this.#attempts.answer(this, connection)) return
      if (dialled) this.#attempts.giveUp(this)
      this.#connection = connection
      this.#soon(EventKind.answer, connection)
    } else if (type === 'answer' && connection === this.#connection) {
      const other = this.#attempts.answerer(this)
      if (other === undefined) return
      const latencyMs = this.#world.latency(this.host, other.host)
      this.#soon(EventKind.connect, other, 2 * latencyMs * this.#world.options.connectRoundTrips)
    }
  }

  send(frame: Uint8Array): SendResult {
    if (this.#state !== 'open') return 'gone'
    if (frame.length > this.maxFrameBytes) return 'too-large'
    return (this.#end as End).send(frame)
  }

  check(): void {
    this.#end?.check()
  }

  close(reason: CloseReason = 'local'): Promise<void> {
    if (this.#closed !== undefined) return this.#closed
    const { simulation } = this.#world
    const end = this.#end
    end?.close(reason === 'local' ? 'bye' : reason)
    const doneAt = Math.min(end?.arrivedAt ?? simulation.now, simulation.now + CLOSE_TIMEOUT_MS)
    this.#closed = new Promise((resolve) => {
      simulation.schedule(doneAt, this, EventKind.closed, resolve)
    })
    this.#finish(reason)
    return this.#closed
  }

  /** Takes its end of the connection that was made; `open` follows. */
  attach(end: End, other: SimulatedLink): void {
    this.#end = end
    this.#other = other
    this.#soon(EventKind.open, undefined)
  }

  handle(kind: number, payload: unknown): void {
    if (kind === EventKind.closed) {
      ;(payload as () => void)() // also on a dead host, so that nobody waits for ever
      return
    }
    if (this.#state === 'closed' || !this.host.admits(this.#life, this, kind, payload)) return
    const { simulation } = this.#world
    simulation.trace.record(simulation.now, kind, this.host.index, this.host.index, 0)
    if (kind === EventKind.timeout) void this.close('timeout')
    else if (kind === EventKind.open) this.#open()
    else if (kind === EventKind.connect) this.#connect(payload as SimulatedLink)
    else if (payload === this.#connection) this.#signal(kind, payload as string)
  }

  frame(_end: End, bytes: Uint8Array): void {
    this.#events.emit('frame', bytes)
  }

  drain(): void {
    this.#events.emit('drain')
  }

  suspect(): void {
    this.#events.emit('suspect')
  }

  recovered(): void {
    this.#events.emit('recovered')
  }

  ended(_end: End, reason: unknown): void {
    this.#closed ??= Promise.resolve()
    this.#finish(reason as CloseReason)
  }

  /** Whether this side still waits for the connection of that name. */
  waitsFor(connection: string | undefined): boolean {
    return this.#state === 'connecting' && this.#connection === connection
  }

  #soon(kind: number, payload: unknown, ms = 0): void {
    const { simulation } = this.#world
    simulation.schedule(simulation.now + ms, this, kind, payload)
  }

  #signal(kind: number, connection: string): void {
    const { sdpBytes, candidates } = this.#world.options
    if (kind === EventKind.candidate) {
      const candidate = `candidate:1 1 udp 1 198.51.100.${this.host.index % 256} 9 typ host`
      const [sdpMid, sdpMLineIndex] = ['0', 0]
      const type = 'candidate'
      this.#events.emit('signal', { type, connection, candidate, sdpMid, sdpMLineIndex })
      return
    }
    const type = kind === EventKind.offer ? 'offer' : 'answer'
    this.#events.emit('signal', { type, connection, sdp: 's'.repeat(sdpBytes) })
    for (let count = 0; count < candidates; count++) this.#soon(EventKind.candidate, connection)
  }

  /** The path to the other side was looked for: it opens now, later, or never. */
  #connect(other: SimulatedLink): void {
    if (!other.waitsFor(this.#connection)) return
    if (this.#attempts.isHopeless(this, other)) return
    const { host } = this
    const separated =
      host.group !== undefined && other.host.group !== undefined && host.group !== other.host.group
    if (separated || other.host.state !== 'running') {
      this.#soon(EventKind.connect, other, CHECK_MS)
      return
    }
    const { linkProfile } = this.#world
    const latencyMs = this.#world.latency(host, other.host)
    const here = new End(host, this, linkProfile, latencyMs)
    const there = new End(other.host, other, linkProfile, latencyMs)
    const lossRate = this.#world.lossRate(host, other.host)
    here.lose(lossRate)
    there.lose(lossRate)
    here.join(there)
    this.#attempts.giveUp(this)
    this.attach(here, other)
    other.attach(there, this)
  }

  #open(): void {
    if (this.#state !== 'connecting') return
    this.#world.simulation.cancel(this.#timeout)
    this.#state = 'open'
    this.host.linksOpened++
    this.#events.emit('open')
  }

  #finish(reason: CloseReason): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#world.simulation.cancel(this.#timeout)
    this.#attempts.giveUp(this)
    this.#events.emit('close', reason)
  }
}
