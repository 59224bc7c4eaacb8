import { sha256 } from '@noble/hashes/sha2.js'

const BLOCK_BYTES = 64 * 1024

/** Blocks whose hash is awaited, at most, before no more should come. */
const MAX_PENDING = 8

/** The SHA-256 of bytes, which it copies. */
export type Digest = (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>

/** The engine's own, beside everything else, or one in JavaScript where a page has none because it is not secure. */
export const systemDigest: Digest = async (bytes) => {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle
  if (subtle === undefined) return sha256(bytes)
  return new Uint8Array(await subtle.digest('SHA-256', bytes))
}

/**
 * What both ends of a transfer compare: the SHA-256 of the SHA-256 of each block of 64 KiB. The
 * engine hashes blocks faster than JavaScript does, and meanwhile others have their turn.
 */
export class BlockHash {
  readonly #digest: Digest
  readonly #caughtUp: () => void
  readonly #whole = sha256.create()
  readonly #block = new Uint8Array(BLOCK_BYTES)
  #length = 0
  #pending = 0
  #last: Promise<unknown> = Promise.resolve()

  /** @param caughtUp no longer {@link isBehind} */
  constructor(digest: Digest, caughtUp: () => void) {
    this.#digest = digest
    this.#caughtUp = caughtUp
  }

  /** Whether no more should come for now. */
  get isBehind(): boolean {
    return this.#pending >= MAX_PENDING
  }

  /** Copies the next bytes. */
  update(bytes: Uint8Array): void {
    let rest = bytes
    while (rest.length > 0) {
      const part = rest.subarray(0, BLOCK_BYTES - this.#length)
      this.#block.set(part, this.#length)
      this.#length += part.length
      rest = rest.subarray(part.length)
      if (this.#length === BLOCK_BYTES) this.#close()
    }
  }

  /** Of all that came until now; more may come later. */
  async digest(): Promise<Uint8Array> {
    const last = this.#length > 0 ? this.#digest(this.#block.subarray(0, this.#length)) : undefined
    await this.#last
    const whole = this.#whole.clone()
    if (last !== undefined) whole.update(await last)
    return whole.digest()
  }

  #close(): void {
    this.#length = 0
    this.#pending++
    const before = this.#last
    this.#last = this.#digest(this.#block).then(async (hash) => {
      await before
      const wasBehind = this.isBehind
      this.#pending--
      this.#whole.update(hash)
      if (wasBehind) this.#caughtUp()
    })
  }
}
