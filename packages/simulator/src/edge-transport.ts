import {
  type CloseReason,
  Emitter,
  type SendResult,
  type Transport,
  type TransportEvents,
  type Unsubscribe,
} from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { End } from './end.ts'
import { EventKind } from './event-kind.ts'
import type { EventHandler } from './event-queue.ts'
import { FrameListeners } from './frame-listeners.ts'
import type { Host } from './host.ts'
import type { Sink } from './profile.ts'
import type { World } from './world.ts'

/** A transport whose neighbours are given: to try a protocol without a mesh below it. */
export class EdgeTransport implements Transport, Sink, EventHandler {
  readonly self: PeerId
  readonly maxFrameBytes: number
  /** The listener for frames, while there is exactly one: the way most of them go. */
  #onFrame: TransportEvents['frame'] | undefined
  readonly #host: Host
  readonly #life: number
  readonly #ends = new Map<PeerId, End>()
  /** Those whose `up` is still to come. */
  readonly #opening = new Map<PeerId, End>()
  readonly #neighbours = new Set<PeerId>()
  readonly #events = new Emitter<TransportEvents>()
  readonly #frames = new FrameListeners()

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
    const end = this.#ends.get(to)
    return end === undefined ? 'gone' : end.send(frame)
  }

  on<E extends keyof TransportEvents>(event: E, listener: TransportEvents[E]): Unsubscribe {
    if (event !== 'frame') return this.#events.on(event, listener)
    const remove = this.#frames.add(listener as TransportEvents['frame'])
    this.#onFrame = this.#frames.only
    return () => {
      remove()
      this.#onFrame = this.#frames.only
    }
  }

  /** Makes the other a neighbour, on both sides. Does nothing if it is. */
  connect(other: EdgeTransport, world: World): void {
    if (this.#of(other.self) !== undefined) return
    other.#drop(this.self, 'failed') // an end that outlived its other one
    const { simulation, linkProfile } = world
    const latencyMs = world.latency(this.#host, other.#host)
    const here = new End(this.#host, this, linkProfile, latencyMs)
    const there = new End(other.#host, other, linkProfile, latencyMs)
    const lossRate = world.lossRate(this.#host, other.#host)
    here.lose(lossRate)
    there.lose(lossRate)
    here.join(there)
    this.#opening.set(other.self, here)
    other.#opening.set(this.self, there)
    simulation.schedule(simulation.now, this, EventKind.up, here)
    simulation.schedule(simulation.now, other, EventKind.up, there)
  }

  /** Says goodbye to a neighbour; `down` is emitted before this returns. */
  disconnect(peer: PeerId, reason: CloseReason = 'local'): void {
    const end = this.#of(peer)
    if (end === undefined) return
    end.close(reason === 'local' ? 'bye' : reason)
    this.#drop(peer, reason)
  }

  handle(kind: number, payload: unknown): void {
    const end = payload as End
    const host = this.#host
    if (!end.open || !host.admits(this.#life, this, kind, payload)) return
    host.simulation.trace.record(host.simulation.now, kind, end.remote.index, host.index, 0)
    const { remoteId: id } = end
    this.#opening.delete(id)
    this.#ends.set(id, end)
    this.#neighbours.add(id)
    this.#events.emit('up', id)
  }

  frame(end: End, bytes: Uint8Array): void {
    const listener = this.#onFrame
    if (listener === undefined) {
      this.#frames.emit(end.remoteId, bytes)
      return
    }
    try {
      listener(end.remoteId, bytes)
    } catch (error) {
      void Promise.reject(error) // as `Emitter` does
    }
  }

  drain(end: End): void {
    this.#events.emit('drain', end.remoteId)
  }

  suspect(): void {}

  recovered(): void {}

  ended(end: End, reason: unknown): void {
    if (this.#of(end.remoteId) === end) this.#drop(end.remoteId, reason as CloseReason)
  }

  #of(peer: PeerId): End | undefined {
    return this.#ends.get(peer) ?? this.#opening.get(peer)
  }

  #drop(peer: PeerId, reason: CloseReason): void {
    this.#of(peer)?.close(reason)
    this.#opening.delete(peer)
    this.#ends.delete(peer)
    if (this.#neighbours.delete(peer)) this.#events.emit('down', peer, reason)
  }
}
