import type { DirectMessages, FailureCode } from '@pigeon/mesh'
import { Emitter, type Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** First byte of a direct message that is not for `messageReceived`; see `content.ts` for others. */
const ROUTED = 2

/** What happens on {@link RoutedBytes}. */
export interface RoutedBytesEvents {
  message: (event: { from: PeerId; payload: Uint8Array; hops: number }) => void
  /** It arrived; `ms` is the time there and back. */
  delivered: (event: { messageId: string; hops: number; ms: number }) => void
  failed: (event: { messageId: string; code: FailureCode }) => void
}

/**
 * Bytes to any peer of the network, linked or not, for the layers above: they travel as direct
 * messages, and the events of the mesh do not tell of them.
 */
export class RoutedBytes {
  readonly #direct: DirectMessages
  readonly #events = new Emitter<RoutedBytesEvents>()
  /** Sent and not decided; the direct messages bound them. */
  readonly #open = new Set<string>()

  constructor(direct: DirectMessages) {
    this.#direct = direct
  }

  /** The largest payload, bytes. */
  get maxPayloadBytes(): number {
    return this.#direct.maxPayloadBytes - 1
  }

  on<E extends keyof RoutedBytesEvents>(event: E, listener: RoutedBytesEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /**
   * Sends to one peer; `delivered` or `failed` follows, never before this returns.
   * @returns the id of the message
   * @throws RangeError if the payload is larger than {@link maxPayloadBytes}
   */
  send(to: PeerId, payload: Uint8Array): string {
    const tagged = new Uint8Array(payload.length + 1)
    tagged[0] = ROUTED
    tagged.set(payload, 1)
    const messageId = this.#direct.send(to, tagged)
    this.#open.add(messageId)
    return messageId
  }

  /** @returns whether a direct message that arrived was one of these */
  received({ from, payload, hops }: { from: PeerId; payload: Uint8Array; hops: number }): boolean {
    if (payload[0] !== ROUTED) return false
    this.#events.emit('message', { from, payload: payload.subarray(1), hops })
    return true
  }

  /** @returns whether the end of a direct message was about one of these */
  ended(
    event: { messageId: string } & ({ hops: number; ms: number } | { code: FailureCode }),
  ): boolean {
    if (!this.#open.delete(event.messageId)) return false
    if ('code' in event) this.#events.emit('failed', event)
    else this.#events.emit('delivered', event)
    return true
  }

  /** Nothing is told any more. */
  close(): void {
    this.#open.clear()
    this.#events.clear()
  }
}
