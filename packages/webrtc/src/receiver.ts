import type { CloseReason, Lane } from '@pigeon/transport'
import { type Fragment, readFragment } from './fragments.ts'
import { Reassembler } from './reassembler.ts'

/** What comes out of a {@link Receiver}. */
export interface ReceiverListener {
  /** Something came that makes sense. */
  heard(): void
  frame(frame: Uint8Array, lane?: Lane): void
  hello(hello: Fragment & { kind: 'hello' }): void
  bye(reason: CloseReason): void
  byeAck(): void
  ping(): void
  pong(): void
  /** The other side broke the rules of the format. */
  violated(): void
}

/** Reads the messages of a link's channels, whatever they are, and puts frames together. */
export class Receiver {
  readonly #listener: ReceiverListener
  readonly #reassemblers: Readonly<Record<'prompt' | 'bulk', Reassembler>>
  #rejected = 0

  constructor(maxFrameBytes: number, listener: ReceiverListener) {
    this.#listener = listener
    this.#reassemblers = {
      prompt: new Reassembler(maxFrameBytes),
      bulk: new Reassembler(maxFrameBytes),
    }
  }

  /** Messages that made no sense. */
  get rejected(): number {
    return this.#rejected
  }

  /** A message on the ordered channel. */
  receive(data: unknown): void {
    const fragment = readFragment(data)
    if (fragment === undefined) {
      this.#violated()
      return
    }
    const listener = this.#listener
    if (fragment.kind !== 'bye') listener.heard() // what says goodbye has not recovered
    if (fragment.kind === 'piece') this.#piece(fragment)
    else if (fragment.kind === 'batch') for (const frame of fragment.frames) listener.frame(frame)
    else if (fragment.kind === 'bye') listener.bye(fragment.reason)
    else if (fragment.kind === 'byeAck') listener.byeAck()
    else if (fragment.kind === 'ping') listener.ping()
    else if (fragment.kind === 'pong') listener.pong()
    else if (fragment.kind === 'hello') listener.hello(fragment)
  }

  /** A message on the loose one: a whole frame, and one that makes no sense is as good as lost. */
  receiveLoose(data: unknown): void {
    const fragment = readFragment(data)
    if (fragment?.kind !== 'piece' || !fragment.last) {
      this.#rejected++
      return
    }
    this.#listener.heard()
    this.#listener.frame(new Uint8Array(fragment.bytes), 'loose')
  }

  /** Lets go of pieces that wait for the rest. */
  clear(): void {
    for (const reassembler of Object.values(this.#reassemblers)) reassembler.clear()
  }

  #piece({ lane, bytes, last }: Fragment & { kind: 'piece' }): void {
    const frame = this.#reassemblers[lane].take(bytes, last)
    if (frame === 'too-large') this.#violated()
    else if (frame !== undefined) this.#listener.frame(frame)
  }

  #violated(): void {
    this.#rejected++
    this.#listener.violated()
  }
}
