import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { openWithKey, sealWithKey } from '@pigeon/identity'
import { ByteWriter, type Random } from '@pigeon/transport'

const LABEL = utf8ToBytes('pigeon/blob/1')

/** Where a piece belongs: level 0 is content, above are lists; and its number there. */
export interface PiecePlace {
  readonly level: number
  readonly index: number
}

/** Seals a piece for its place: pieces that change places do not open. */
export function sealPiece(
  bytes: Uint8Array,
  key: Uint8Array,
  place: PiecePlace,
  random: Random,
): Promise<Uint8Array> {
  return sealWithKey(bytes, { key, random, aad: aadOf(place) })
}

/** `undefined` if it was not sealed for this place with this key. */
export function openPiece(
  sealed: Uint8Array,
  key: Uint8Array,
  place: PiecePlace,
): Promise<Uint8Array | undefined> {
  return openWithKey(sealed, { key, aad: aadOf(place) })
}

function aadOf({ level, index }: PiecePlace): Uint8Array {
  return concatBytes(LABEL, new ByteWriter(16).u8(level).varuint(index).finish())
}
