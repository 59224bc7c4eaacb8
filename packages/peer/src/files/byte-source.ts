/** Where the bytes of a file come from. */
export interface ByteSource {
  /** Bytes in all, if known. */
  readonly size: number | undefined
  /** The next bytes, not empty; undefined at the end. */
  read(): Promise<Uint8Array | undefined>
  /** Goes on from `offset`. @returns whether it can */
  seek(offset: number): boolean
  /** What lies before `offset` is not needed again. */
  release(offset: number): void
  /** Nothing is read any more. */
  close(): void
}

/** Bytes read of a Blob at once. */
const SLICE_BYTES = 256 * 1024

/** What can be read again from any place, slice by slice. */
export function seekableSource(
  size: number,
  slice: (start: number, end: number) => Promise<Uint8Array>,
): ByteSource {
  let at = 0
  return {
    size,
    async read() {
      const start = at
      if (start >= size) return undefined
      at = Math.min(size, start + SLICE_BYTES)
      return slice(start, at)
    },
    seek(offset) {
      at = offset
      return offset <= size
    },
    release() {},
    close() {},
  }
}

/** What comes once: it keeps what may be needed again. */
export class StreamSource implements ByteSource {
  readonly size: number | undefined
  readonly #iterator: AsyncIterator<Uint8Array>
  /** From {@link #start} on, without gaps. */
  #kept: Uint8Array[] = []
  #start = 0
  /** Where the next read begins. */
  #at = 0
  #isEnded = false
  #pulling: Promise<void> | undefined
  /** Counts seeks: a read from before one gives nothing. */
  #run = 0

  constructor(iterator: AsyncIterator<Uint8Array>, size: number | undefined) {
    this.#iterator = iterator
    this.size = size
  }

  async read(): Promise<Uint8Array | undefined> {
    const run = this.#run
    while (run === this.#run) {
      const chunk = this.#keptAt(this.#at)
      if (chunk !== undefined) {
        this.#at += chunk.length
        return chunk
      }
      if (this.#isEnded) break
      this.#pulling ??= this.#pull()
      await this.#pulling
    }
    return undefined
  }

  seek(offset: number): boolean {
    this.#run++
    this.#at = offset
    return offset >= this.#start
  }

  release(offset: number): void {
    let first = this.#kept[0]
    while (first !== undefined && this.#start + first.length <= offset) {
      this.#start += first.length
      this.#kept.shift()
      first = this.#kept[0]
    }
  }

  close(): void {
    this.#run++
    this.#kept = []
    this.#isEnded = true
    void Promise.resolve(this.#iterator.return?.()).catch(() => {})
  }

  async #pull(): Promise<void> {
    const { done, value } = await this.#iterator.next()
    this.#pulling = undefined
    if (this.#isEnded) return
    if (done === true) this.#isEnded = true
    else if (!(value instanceof Uint8Array)) throw new TypeError('a stream gives Uint8Arrays')
    else if (value.length > 0) this.#kept.push(value)
  }

  #keptAt(offset: number): Uint8Array | undefined {
    let start = this.#start
    for (const chunk of this.#kept) {
      if (offset < start + chunk.length) return chunk.subarray(offset - start)
      start += chunk.length
    }
    return undefined
  }
}
