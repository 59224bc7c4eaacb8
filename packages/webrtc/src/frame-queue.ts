import { BATCH_HEADER_BYTES, batch, piece } from './fragments.ts'

/** What a waiting frame counts beside its bytes, so that empty ones have an end too. */
const FRAME_OVERHEAD_BYTES = 32

/** The kinds of fragment that carry pieces of this queue's frames. */
export interface PieceKinds {
  readonly last: number
  readonly more: number
}

/** Frames of one lane that wait, and how they are cut into fragments. */
export class FrameQueue {
  readonly #kinds: PieceKinds
  readonly #fragmentBytes: number
  #frames: Uint8Array[] = []
  /** Bytes of the first frame that have left already. */
  #offset = 0
  #bytes = 0
  /** Whether it answered `congested` and owes a drain. */
  congested = false

  constructor(kinds: PieceKinds, fragmentBytes: number) {
    this.#kinds = kinds
    this.#fragmentBytes = fragmentBytes
  }

  get isEmpty(): boolean {
    return this.#frames.length === 0
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes
  }

  /** Takes a copy of `frame`. */
  push(frame: Uint8Array): void {
    // Not frame.slice(): of a Buffer that is a view.
    this.#frames.push(new Uint8Array(frame))
    this.#bytes += frame.length + FRAME_OVERHEAD_BYTES
  }

  clear(): void {
    this.#frames = []
    this.#offset = 0
    this.#bytes = 0
  }

  /** Takes the next fragment out of it: small frames go together. Not of an empty queue. */
  next(): Uint8Array<ArrayBuffer> {
    const first = this.#frames[0] as Uint8Array
    const room = this.#fragmentBytes - 1
    if (first.length - this.#offset > room) {
      this.#offset += room
      this.#bytes -= room
      return piece(first.subarray(this.#offset - room, this.#offset), this.#kinds.more)
    }
    if (this.#offset === 0) {
      const count = this.#countBatch(room)
      if (count > 1) return batch(this.#take(count))
    }
    const rest = first.subarray(this.#offset)
    this.#take(1)
    return piece(rest, this.#kinds.last)
  }

  /** How many of the first frames fit into `room` bytes. */
  #countBatch(room: number): number {
    let count = 0
    let used = 0
    for (const frame of this.#frames) {
      used += BATCH_HEADER_BYTES + frame.length
      if (used > room || frame.length > 0xffff) break
      count++
    }
    return count
  }

  #take(count: number): Uint8Array[] {
    const taken = this.#frames.splice(0, count)
    for (const frame of taken) this.#bytes -= frame.length + FRAME_OVERHEAD_BYTES
    this.#bytes += this.#offset
    this.#offset = 0
    return taken
  }
}
