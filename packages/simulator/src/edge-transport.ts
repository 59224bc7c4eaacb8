import {
  type CloseReason,
  Emitter,
  type SendResult,
  type Transport,
  type TransportEvents,
  type Unsubscribe,
} from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { End, type Sink } from './end.ts'
import { EventKind } from './event-kind.ts'
import type { EventHandler } from './event-queue.ts'
import type { Host } from './host.ts'
import type { World } from './world.ts'

/** A transport whose neighbours are given: to try a protocol without a mesh below it. */
export class EdgeTransport implements Transport, Sink, EventHandler {
  readonly self: PeerId
  readonly maxFrameBytes: number
  readonly #host: Host
  readonly #life: number
  /** Also those whose `up` is still to come. */
  readonly #ends = new Map<PeerId, End>()
  readonly #neighbours = new Set<PeerId>()
  readonly #events = new Emitter<TransportEvents>()

  constructor(host: Host, maxFrameBytes: number) {
    this.self = host.id
    this.maxFrameBytes = maxFrameBytes
    this.#host = host
    this.#life = host.life
  }

  get neighbours(): ReadonlySet<PeerId> {
    return this.#neighbours
  }

  send(to: PeerId, frame: Uint8Array): SendResult {
    if (frame.length > this.maxFrameBytes) return 'too-large'
    if (!this.#neighbours.has(to)) return 'gone'
    return (this.#ends.get(to) as End).send(frame)
  }

  on<E extends keyof TransportEvents>(event: E, listener: TransportEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** Makes the other a neighbour, on both sides. Does nothing if it is. */
  connect(other: EdgeTransport, world: World): void {
    if (this.#ends.has(other.self)) return
    other.#drop(this.self, 'failed') // an end that outlived its other one
    const { simulation, linkProfile } = world
    const latencyMs = world.latency(this.#host, other.#host)
    const here = new End(this.#host, this, linkProfile, latencyMs)
    const there = new End(other.#host, other, linkProfile, latencyMs)
    here.lossRate = world.lossRate(this.#host, other.#host)
    there.lossRate = here.lossRate
    here.join(there)
    this.#ends.set(other.self, here)
    other.#ends.set(this.self, there)
    simulation.schedule(simulation.now, this, EventKind.up, here)
    simulation.schedule(simulation.now, other, EventKind.up, there)
  }

  /** Says goodbye to a neighbour; `down` is emitted before this returns. */
  disconnect(peer: PeerId, reason: CloseReason = 'local'): void {
    const end = this.#ends.get(peer)
    if (end === undefined) return
    end.close(reason === 'local' ? 'bye' : reason)
    this.#drop(peer, reason)
  }

  handle(kind: number, payload: unknown): void {
    const end = payload as End
    const host = this.#host
    if (!end.open || !host.admits(this.#life, this, kind, payload)) return
    host.simulation.trace.record(host.simulation.now, kind, end.remote.index, host.index, 0)
    this.#neighbours.add(end.remote.id)
    this.#events.emit('up', end.remote.id)
  }

  frame(end: End, bytes: Uint8Array): void {
    this.#events.emit('frame', end.remote.id, bytes)
  }

  drain(end: End): void {
    this.#events.emit('drain', end.remote.id)
  }

  ended(end: End, reason: unknown): void {
    if (this.#ends.get(end.remote.id) === end) this.#drop(end.remote.id, reason as CloseReason)
  }

  #drop(peer: PeerId, reason: CloseReason): void {
    this.#ends.get(peer)?.close(reason)
    this.#ends.delete(peer)
    if (this.#neighbours.delete(peer)) this.#events.emit('down', peer, reason)
  }
}
