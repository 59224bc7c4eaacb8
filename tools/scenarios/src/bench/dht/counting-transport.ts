import type { SendResult, Transport, TransportEvents, Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** The first byte of a frame of `@pigeon/dht` that tells whom a peer knows. */
const VIEW = 0x31

/** A transport that counts what goes out, but for what peers tell of each other. */
export class CountingTransport implements Transport {
  readonly self: PeerId
  readonly maxFrameBytes: number
  frames = 0
  bytes = 0
  /** Bytes of what peers tell of each other. */
  viewBytes = 0
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.self = transport.self
    this.maxFrameBytes = transport.maxFrameBytes
    this.#transport = transport
  }

  get neighbours(): ReadonlySet<PeerId> {
    return this.#transport.neighbours
  }

  send(to: PeerId, frame: Uint8Array): SendResult {
    const result = this.#transport.send(to, frame)
    if (result !== 'sent') return result
    if (frame[0] === VIEW) this.viewBytes += frame.length
    else {
      this.frames++
      this.bytes += frame.length
    }
    return result
  }

  on<E extends keyof TransportEvents>(event: E, listener: TransportEvents[E]): Unsubscribe {
    return this.#transport.on(event, listener)
  }
}
