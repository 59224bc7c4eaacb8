import type { SendResult, Transport, TransportEvents, Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** What was sent. */
export interface Traffic {
  frames: number
  bytes: number
  /** Frames that hold a whole message. */
  copies: number
  /** By the first byte of a frame. */
  readonly kinds: Map<number, number>
}

export function noTraffic(): Traffic {
  return { frames: 0, bytes: 0, copies: 0, kinds: new Map() }
}

/** The first byte of a frame of `@pigeon/gossip` that holds a message. */
const DATA = 0x11

/** A transport that counts what goes out. */
export class CountingTransport implements Transport {
  readonly self: PeerId
  readonly maxFrameBytes: number
  /** Replaced to count anew. */
  sent: Traffic = noTraffic()
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
    if (result === 'sent') {
      const { sent } = this
      const kind = frame[0] as number
      sent.frames++
      sent.bytes += frame.length
      if (kind === DATA) sent.copies++
      sent.kinds.set(kind, (sent.kinds.get(kind) ?? 0) + 1)
    }
    return result
  }

  on<E extends keyof TransportEvents>(event: E, listener: TransportEvents[E]): Unsubscribe {
    return this.#transport.on(event, listener)
  }
}
