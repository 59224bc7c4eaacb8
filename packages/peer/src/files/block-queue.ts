/** Chunks are put together into blocks of this size, so that many small ones take no more memory. */
const BLOCK_BYTES = 64 * 1024

/** Bytes that wait to be read, in order. */
export class BlockQueue {
  #blocks: { bytes: Uint8Array<ArrayBuffer>; length: number }[] = []

  push(chunk: Uint8Array): void {
    let rest = chunk
    while (rest.length > 0) {
      let last = this.#blocks.at(-1)
      if (last === undefined || last.length === BLOCK_BYTES) {
        last = { bytes: new Uint8Array(BLOCK_BYTES), length: 0 }
        this.#blocks.push(last)
      }
      const part = rest.subarray(0, BLOCK_BYTES - last.length)
      last.bytes.set(part, last.length)
      last.length += part.length
      rest = rest.subarray(part.length)
    }
  }

  shift(): Uint8Array<ArrayBuffer> | undefined {
    const first = this.#blocks.shift()
    return first?.bytes.subarray(0, first.length)
  }

  clear(): void {
    this.#blocks = []
  }
}
