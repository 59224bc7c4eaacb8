import { Emitter, type SendResult, type Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { TreeError } from './errors.ts'
import type { Stream } from './stream.ts'

/** What happens on a {@link Channel}. */
export interface ChannelEvents {
  /** What the neighbour sent. */
  data: (data: Uint8Array) => void
  /** It has closed; exactly once. */
  close: () => void
  /** It broke; `close` follows. */
  error: (error: TreeError) => void
  /** It was `congested` and takes data again. */
  drain: () => void
  /** The neighbour opened a link for heavy data beside this channel. */
  stream: (stream: Stream) => void
}

/** What a channel asks of its node. */
export interface ChannelOwner {
  readonly peer: PeerId
  readonly isParent: boolean
  send(data: Uint8Array): SendResult
  destroy(): void
  open(done: (error: TreeError | undefined, stream: Stream | undefined) => void): void
}

/** The way to a neighbour in the tree, for messages of the application that are not heavy. */
export class Channel {
  /** `null` for the parent's, else the id of the child. */
  readonly id: PeerId | null
  /** The node at the other end. */
  readonly peer: PeerId
  readonly #owner: ChannelOwner
  readonly #events = new Emitter<ChannelEvents>()

  constructor(owner: ChannelOwner) {
    this.id = owner.isParent ? null : owner.peer
    this.peer = owner.peer
    this.#owner = owner
  }

  isParent(): boolean {
    return this.#owner.isParent
  }

  /**
   * Sends to the neighbour. In order, whole, or the channel closes.
   * @returns `congested`: not taken, `drain` says when to go on; `gone`: it is closed; `too-large`
   */
  send(data: Uint8Array): SendResult {
    return this.#owner.send(data)
  }

  /** Closes it. A child so dismissed looks for another place. */
  destroy(): void {
    this.#owner.destroy()
  }

  /**
   * Opens a link of its own to the same neighbour, for heavy data; there it is a `stream` event.
   * @param done is told once
   */
  open(done: (error: TreeError | undefined, stream: Stream | undefined) => void): void {
    this.#owner.open(done)
  }

  on<E extends keyof ChannelEvents>(event: E, listener: ChannelEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** For its node. */
  emit: Emitter<ChannelEvents>['emit'] = (event, ...args) => this.#events.emit(event, ...args)
}
