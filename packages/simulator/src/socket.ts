import { Emitter, type Unsubscribe } from '@pigeon/transport'
import type { End } from './end.ts'
import { EventKind } from './event-kind.ts'
import type { EventHandler } from './event-queue.ts'
import type { Host } from './host.ts'
import type { Sink } from './profile.ts'

/** RFC 6455, §7.4.1. */
const CLOSE_NORMAL = 1000
const CLOSE_ABNORMAL = 1006

/** An orderly close takes at most this long, ms. */
const CLOSE_TIMEOUT_MS = 1000

/** Why a socket ended. */
export interface SocketEnd {
  readonly code: number
  readonly reason: string
}

/** A socket that broke. */
export const BROKEN: SocketEnd = { code: CLOSE_ABNORMAL, reason: '' }

/** What happens on a {@link SimulatedSocket}: as `MessageSocketEvents` of `@pigeon/signaling-protocol`. */
export interface SimulatedSocketEvents {
  open: () => void
  message: (bytes: Uint8Array) => void
  close: (code: number, reason: string) => void
}

/**
 * One end of a connection that carries messages between a host and a server; has the shape of
 * `MessageSocket` of `@pigeon/signaling-protocol`. Its messages are not copied: what was sent must
 * not change.
 */
export class SimulatedSocket implements Sink, EventHandler {
  readonly host: Host
  readonly #life: number
  readonly #events = new Emitter<SimulatedSocketEvents>()
  #end: End | undefined
  #state: 'connecting' | 'open' | 'closing' | 'closed' = 'connecting'

  constructor(host: Host) {
    this.host = host
    this.#life = host.life
  }

  /** Bytes sent that have not arrived. */
  get bufferedBytes(): number {
    return this.#state === 'open' ? (this.#end?.outstandingBytes ?? 0) : 0
  }

  get state(): 'connecting' | 'open' | 'closing' | 'closed' {
    return this.#state
  }

  on<E extends keyof SimulatedSocketEvents>(
    event: E,
    listener: SimulatedSocketEvents[E],
  ): Unsubscribe {
    return this.#events.on(event, listener)
  }

  send(bytes: Uint8Array): void {
    if (this.#state === 'open') this.#end?.send(bytes)
  }

  close(code: number = CLOSE_NORMAL, reason = ''): void {
    if (this.#state !== 'connecting' && this.#state !== 'open') return
    this.#state = 'closing'
    const { simulation } = this.host
    const latencyMs = this.#end?.latencyMs ?? 0
    this.#end?.close({ code, reason } satisfies SocketEnd)
    const arrivedAt = this.#end?.arrivedAt ?? simulation.now
    const at = Math.min(arrivedAt + latencyMs, simulation.now + CLOSE_TIMEOUT_MS)
    simulation.schedule(at, this, EventKind.closed, { code, reason })
  }

  /** Takes its end of the connection; the dialling side tells its user with `open`. */
  attach(end: End): void {
    this.#end = end
  }

  /** Ends with a close code after `ms`, as a connection that broke. */
  fail(ms: number): void {
    this.#end?.close(BROKEN)
    const { simulation } = this.host
    simulation.schedule(simulation.now + ms, this, EventKind.closed, BROKEN)
  }

  /** Open from now on, without an event: the side that was dialled. */
  opened(): void {
    this.#state = 'open'
  }

  handle(kind: number, payload: unknown): void {
    const { host } = this
    if (this.#state === 'closed' || !host.admits(this.#life, this, kind, payload)) return
    host.simulation.trace.record(host.simulation.now, kind, host.index, host.index, 0)
    if (kind === EventKind.closed) this.ended(this.#end, payload)
    else if (this.#state === 'connecting') {
      this.#state = 'open'
      this.#events.emit('open')
    }
  }

  frame(_end: End, bytes: Uint8Array): void {
    if (this.#state === 'open') this.#events.emit('message', bytes)
  }

  drain(): void {}

  suspect(): void {}

  recovered(): void {}

  ended(_end: End | undefined, end: unknown): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    const { code, reason } = end as SocketEnd
    this.#events.emit('close', code, reason)
    this.#events.clear()
  }
}
