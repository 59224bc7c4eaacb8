import { type Random, wholeNumber } from '@pigeon/transport'
import { SpaceError } from '../errors.ts'
import type { Chunks } from './chunks.ts'
import { sealPiece } from './piece.ts'
import { encodeNames, encodeReference, FAN_OUT } from './reference.ts'

/** The largest blob, bytes. */
export const MAX_BLOB_BYTES: number = 64 * 1024 ** 3

/** Options of {@link writeBlob}. */
export interface WriteBlobOptions {
  readonly chunks: Chunks
  readonly random: Random
  /** Bytes of one piece, 1 KiB to 1 MiB. Default 64 KiB. */
  readonly chunkBytes?: number
}

/**
 * Seals bytes piece by piece, with a key of their own, and puts the pieces.
 * @param source all of it, or as it comes: no more than a piece of it is held
 * @returns what stands for the blob: put it into a private space, for who may read the space may then
 * read the blob. Who has read it once can, whatever is revoked
 * @throws SpaceError `TOO_LARGE`, and whatever the chunks or the source do
 */
export async function writeBlob(
  source: Uint8Array | AsyncIterable<Uint8Array>,
  { chunks, random, chunkBytes = 64 * 1024 }: WriteBlobOptions,
): Promise<Uint8Array> {
  wholeNumber('chunkBytes', chunkBytes, 1024, 1024 * 1024)
  const key = random.fill(new Uint8Array(32))
  const put = async (bytes: Uint8Array, level: number, index: number): Promise<Uint8Array> =>
    chunks.put(await sealPiece(bytes, key, { level, index }, random))
  let size = 0
  let names: Uint8Array[] = []
  for await (const piece of cut(source, chunkBytes)) {
    size += piece.length
    if (size > MAX_BLOB_BYTES) {
      throw new SpaceError('TOO_LARGE', `a blob has at most ${MAX_BLOB_BYTES} bytes`)
    }
    names.push(await put(piece, 0, names.length))
  }
  let levels = 0
  while (names.length > FAN_OUT) {
    levels++
    const lists: Uint8Array[] = []
    for (let at = 0; at < names.length; at += FAN_OUT) {
      lists.push(await put(encodeNames(names.slice(at, at + FAN_OUT)), levels, lists.length))
    }
    names = lists
  }
  return encodeReference({ key, size, chunkBytes, levels, names })
}

/** Pieces of one size, the last one perhaps smaller. */
async function* cut(
  source: Uint8Array | AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array> {
  const piece = new Uint8Array(size)
  let filled = 0
  for await (const bytes of source instanceof Uint8Array ? [source] : source) {
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + size - filled)
      piece.set(part, filled)
      filled += part.length
      at += part.length
      if (filled < size) continue
      yield piece.slice()
      filled = 0
    }
  }
  if (filled > 0) yield piece.slice(0, filled)
}
