import type { SendResult, Transport, TransportEvents, Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { Kind } from '../src/frames.ts'

/** A transport of a peer that takes part, but drops what it is asked, from when it is told to. */
export class Swallowing implements Transport {
  readonly #transport: Transport
  readonly #swallows: (self: PeerId) => boolean

  constructor(transport: Transport, swallows: (self: PeerId) => boolean) {
    this.#transport = transport
    this.#swallows = swallows
  }

  get self(): PeerId {
    return this.#transport.self
  }

  get maxFrameBytes(): number {
    return this.#transport.maxFrameBytes
  }

  get neighbours(): ReadonlySet<PeerId> {
    return this.#transport.neighbours
  }

  send(to: PeerId, frame: Uint8Array): SendResult {
    return this.#transport.send(to, frame)
  }

  on<E extends keyof TransportEvents>(event: E, listener: TransportEvents[E]): Unsubscribe {
    if (event !== 'frame') return this.#transport.on(event, listener)
    return this.#transport.on('frame', (from, frame) => {
      if (frame[0] === Kind.request && this.#swallows(this.self)) return
      const tell = listener as TransportEvents['frame']
      tell(from, frame)
    })
  }
}
