import { ByteReader, wholeNumber } from '@pigeon/transport'
import { SpaceError } from '../errors.ts'
import type { Chunks } from './chunks.ts'
import { openPiece } from './piece.ts'
import { FAN_OUT, type Reference, readNames, readReference } from './reference.ts'

/** Options of {@link readBlob}. */
export interface ReadBlobOptions {
  readonly chunks: Chunks
  /** The first byte. Default 0. */
  readonly from?: number
  /** The byte behind the last one. Default the end. */
  readonly to?: number
}

/** Bytes of a blob. @throws SpaceError `INVALID` if it is no reference */
export function blobSize(reference: Uint8Array): number {
  return readReference(reference).size
}

/**
 * Reads a blob, or a part of it: only the pieces that hold the part are fetched, one ahead of who reads.
 * @param reference what `writeBlob` returned
 * @throws RangeError if there is no such part; SpaceError `INVALID` for what is no reference,
 * `UNKNOWN` for a piece that nobody has, or that is not the one that was put
 */
export async function* readBlob(
  reference: Uint8Array,
  { chunks, from = 0, to }: ReadBlobOptions,
): AsyncGenerator<Uint8Array, void> {
  const blob = readReference(reference)
  const { size, chunkBytes } = blob
  wholeNumber('from', from, 0, size)
  const end = wholeNumber('to', to ?? size, from, size)
  if (from === end) return
  const [first, last] = [Math.floor(from / chunkBytes), Math.floor((end - 1) / chunkBytes)]
  const pieces = new Pieces(blob, chunks)
  let next = pieces.get(first)
  for (let index = first; index <= last; index++) {
    const piece = await next
    if (index < last) next = pieces.get(index + 1)
    // Read later, or by nobody, if who reads has enough.
    next.catch(() => {})
    const start = index * chunkBytes
    yield piece.subarray(Math.max(0, from - start), Math.min(piece.length, end - start))
  }
}

/** The pieces of one blob; the lists on the way to the last one are kept. */
class Pieces {
  readonly #blob: Reference
  readonly #chunks: Chunks
  readonly #lists = new Map<number, { index: number; names: Promise<readonly Uint8Array[]> }>()

  constructor(blob: Reference, chunks: Chunks) {
    this.#blob = blob
    this.#chunks = chunks
  }

  async get(index: number): Promise<Uint8Array> {
    const { size, chunkBytes } = this.#blob
    const piece = await this.#open(0, index)
    if (piece.length !== Math.min(chunkBytes, size - index * chunkBytes)) throw missing(index)
    return piece
  }

  async #open(level: number, index: number): Promise<Uint8Array> {
    const name = (await this.#names(level, index))[index % FAN_OUT]
    const sealed = name === undefined ? undefined : await this.#chunks.get(name)
    const opened = sealed && (await openPiece(sealed, this.#blob.key, { level, index }))
    if (opened === undefined) throw missing(index)
    return opened
  }

  /** The list that names a piece, or a list, of `level`. */
  #names(level: number, index: number): Promise<readonly Uint8Array[]> {
    const { levels, names } = this.#blob
    if (level === levels) return Promise.resolve(names)
    const list = Math.floor(index / FAN_OUT)
    const known = this.#lists.get(level)
    if (known?.index === list) return known.names
    const found = this.#open(level + 1, list).then((bytes) => readNames(new ByteReader(bytes)))
    this.#lists.set(level, { index: list, names: found })
    return found
  }
}

function missing(index: number): SpaceError {
  return new SpaceError('UNKNOWN', `piece ${index} of the blob is not there`)
}
