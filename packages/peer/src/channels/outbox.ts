import type { SendResult } from '@pigeon/transport'
import { encodeMessageFrame, type MessageFrame, PIECE_OVERHEAD_BYTES } from './message-frames.ts'

/** A message on its way over a link. */
export interface Letter {
  readonly number: number
  readonly body: Uint8Array
  /** Bytes of the body that were sent. */
  offset: number
}

/** A larger message makes room for others after each piece of this size, bytes. */
const PIECE_BYTES = 16 * 1024

/** Replies kept for a congested link; of more, the sender hears nothing. */
const MAX_REPLIES = 4096

/**
 * Messages that wait for one link. All take turns, so that a large one does not hold up small
 * ones; those of one piece leave in order.
 */
export class Outbox<L extends Letter> {
  readonly #send: (frame: Uint8Array) => SendResult
  readonly #sent: (letter: L) => void
  readonly #pieceBytes: number
  readonly #waiting: L[] = []
  readonly #replies: MessageFrame[] = []

  /** @param sent is told whenever a piece of a letter has left */
  constructor(
    maxFrameBytes: number,
    send: (frame: Uint8Array) => SendResult,
    sent: (letter: L) => void,
  ) {
    this.#pieceBytes = Math.min(PIECE_BYTES, maxFrameBytes - PIECE_OVERHEAD_BYTES)
    this.#send = send
    this.#sent = sent
  }

  add(letter: L): void {
    this.#waiting.push(letter)
    if (this.#waiting.length === 1) this.pump()
  }

  /** @returns whether it was begun, so that the other side holds a part of it */
  remove(letter: L): boolean {
    const at = this.#waiting.indexOf(letter)
    if (at >= 0) this.#waiting.splice(at, 1)
    return at >= 0 && letter.offset > 0
  }

  /** Sends `frame` before everything that waits. */
  reply(frame: MessageFrame): void {
    if (this.#replies.length < MAX_REPLIES) this.#replies.push(frame)
    if (this.#replies.length === 1) this.pump()
  }

  /** Sends as much as the link takes. */
  pump(): void {
    for (let reply = this.#replies[0]; reply !== undefined; reply = this.#replies[0]) {
      if (this.#send(encodeMessageFrame(reply)) !== 'sent') return
      this.#replies.shift()
    }
    for (let letter = this.#waiting[0]; letter !== undefined; letter = this.#waiting[0]) {
      if (this.#send(this.#frame(letter)) !== 'sent') return
      letter.offset = Math.min(letter.offset + this.#pieceBytes, letter.body.length)
      this.#waiting.shift()
      if (letter.offset < letter.body.length) this.#waiting.push(letter)
      this.#sent(letter)
    }
  }

  #frame({ number, body, offset }: L): Uint8Array {
    const piece = body.subarray(offset, offset + this.#pieceBytes)
    if (offset > 0) return encodeMessageFrame({ kind: 'more', number, piece })
    return encodeMessageFrame({ kind: 'start', number, totalBytes: body.length, piece })
  }
}
