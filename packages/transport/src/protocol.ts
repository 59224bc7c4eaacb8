import type { PeerId } from '@pigeon/xor'
import type { CloseReason, Lane, SendResult, Transport, TransportEvents } from './contracts.ts'
import { Emitter, type Unsubscribe } from './emitter.ts'

/** Bytes a frame grows by on its way through the multiplexer, at most. */
const OVERHEAD_BYTES = 1

/** A {@link Transport} of one protocol; its neighbours are those peers that speak it too. */
export interface ProtocolTransport extends Transport {
  readonly protocol: string
  /** Withdraws the protocol from all links; neighbours see it as `down`. */
  close(): void
}

/** What a protocol asks of its multiplexer. */
export interface ProtocolOwner {
  /** Whether `peer` has been told of this protocol's number. */
  ready(peer: PeerId): boolean
  close(): void
}

/** One protocol of a multiplexer. */
export class Protocol implements ProtocolTransport {
  readonly protocol: string
  readonly number: number
  readonly #lane: Lane
  readonly #transport: Transport
  readonly #owner: ProtocolOwner
  readonly #neighbours = new Set<PeerId>()
  readonly #events = new Emitter<TransportEvents>()
  #closed = false

  constructor(
    { protocol, number, lane }: { protocol: string; number: number; lane: Lane },
    transport: Transport,
    owner: ProtocolOwner,
  ) {
    this.protocol = protocol
    this.number = number
    this.#lane = lane
    this.#transport = transport
    this.#owner = owner
  }

  get self(): PeerId {
    return this.#transport.self
  }

  get neighbours(): ReadonlySet<PeerId> {
    return this.#neighbours
  }

  get maxFrameBytes(): number {
    return this.#transport.maxFrameBytes - OVERHEAD_BYTES
  }

  send(to: PeerId, frame: Uint8Array): SendResult {
    if (frame.length > this.maxFrameBytes) return 'too-large'
    if (!this.#neighbours.has(to)) return 'gone'
    if (!this.#owner.ready(to)) return 'congested'
    const tagged = new Uint8Array(frame.length + 1)
    tagged[0] = this.number // small enough for one byte as varuint
    tagged.set(frame, 1)
    return this.#transport.send(to, tagged, this.#lane)
  }

  on<E extends keyof TransportEvents>(event: E, listener: TransportEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#owner.close()
    for (const peer of [...this.#neighbours]) this.down(peer, 'local')
    this.#events.clear()
  }

  up(peer: PeerId): void {
    if (this.#neighbours.has(peer)) return
    this.#neighbours.add(peer)
    this.#events.emit('up', peer)
  }

  down(peer: PeerId, reason: CloseReason): void {
    if (this.#neighbours.delete(peer)) this.#events.emit('down', peer, reason)
  }

  drain(peer: PeerId, lane: Lane = this.#lane): void {
    if (lane === this.#lane && this.#neighbours.has(peer)) this.#events.emit('drain', peer)
  }

  frame(from: PeerId, frame: Uint8Array): void {
    if (this.#neighbours.has(from)) this.#events.emit('frame', from, frame)
  }
}
