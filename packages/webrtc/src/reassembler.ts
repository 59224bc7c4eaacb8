/** Puts frames together from their pieces, in memory that never exceeds the largest frame. */
export class Reassembler {
  readonly #maxFrameBytes: number
  #buffer = new Uint8Array(0)
  #length = 0

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes
  }

  /**
   * Takes the next piece.
   * @returns the whole frame in memory of its own, `undefined` if more must come, or `too-large`
   */
  take(piece: Uint8Array, last: boolean): Uint8Array | undefined | 'too-large' {
    const length = this.#length + piece.length
    if (length > this.#maxFrameBytes) return 'too-large'
    if (last && this.#length === 0) return new Uint8Array(piece)
    this.#reserve(length, last)
    this.#buffer.set(piece, this.#length)
    this.#length = length
    if (!last) return undefined
    const frame = this.#buffer.length === length ? this.#buffer : this.#buffer.slice(0, length)
    this.clear()
    return frame
  }

  /** Forgets what came of a frame. */
  clear(): void {
    this.#buffer = new Uint8Array(0)
    this.#length = 0
  }

  /** Doubles, so that many small pieces cost no more than a few large ones. */
  #reserve(length: number, exact: boolean): void {
    if (this.#buffer.length >= length) return
    const size = exact ? length : Math.min(2 * length, this.#maxFrameBytes)
    const grown = new Uint8Array(size)
    grown.set(this.#buffer.subarray(0, this.#length))
    this.#buffer = grown
  }
}
