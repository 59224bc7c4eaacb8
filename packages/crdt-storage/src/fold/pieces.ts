import { concatBytes } from '@noble/hashes/utils.js'

/** The largest piece in one entry, bytes. */
export const PIECE_BYTES: number = 48 * 1024

/** Pieces of one thing, at most: 12 MiB. */
export const MAX_PIECES = 256

/** Cuts what is too large for one entry. */
export function inPieces(bytes: Uint8Array): { bytes: Uint8Array; more: boolean }[] {
  const pieces: { bytes: Uint8Array; more: boolean }[] = []
  for (let at = 0; at === 0 || at < bytes.length; at += PIECE_BYTES) {
    const more = at + PIECE_BYTES < bytes.length
    pieces.push({ bytes: bytes.subarray(at, at + PIECE_BYTES), more })
  }
  return pieces
}

/** Puts together what was cut. */
export class Pieces {
  readonly #open = new Map<string, Uint8Array[]>()

  /** @returns the whole, with its last piece */
  take(key: string, bytes: Uint8Array, more: boolean): Uint8Array | undefined {
    const pieces = this.#open.get(key) ?? []
    if (!more) {
      this.#open.delete(key)
      return pieces.length === 0 ? bytes : concatBytes(...pieces, bytes)
    }
    // The first pieces of what is too long are all there is of it.
    if (pieces.length < MAX_PIECES) pieces.push(bytes)
    this.#open.set(key, pieces)
    return undefined
  }

  /** What is not whole yet. */
  get open(): ReadonlyMap<string, readonly Uint8Array[]> {
    return this.#open
  }

  restore(open: ReadonlyMap<string, readonly Uint8Array[]>): void {
    for (const [key, pieces] of open) this.#open.set(key, [...pieces])
  }

  clear(): void {
    this.#open.clear()
  }
}
