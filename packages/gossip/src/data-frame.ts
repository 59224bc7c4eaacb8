import { type ByteReader, WireError } from '@pigeon/transport'
import { ID_BYTES, type PeerId, peerIdToBytes } from '@pigeon/xor'
import type { Entry } from './entry.ts'
import { Kind } from './kind.ts'

/** Peers a recorded path may name. */
const MAX_PATH = 255

/** Early copies are counted in parts of one. */
export const BUDGET_PARTS = 16

/** The most early copies a frame may allow, in parts: those of a million peers. */
const MAX_BUDGET = 2 ** 18

/** What a frame says of its copy, one bit each. */
export const Copy = {
  /** It names the peers it passed. */
  path: 1,
  /** The receiver asked for it. */
  pulled: 2,
  /** The sender had it for a while. */
  late: 4,
  /** It goes beside the tree, to be faster. */
  extra: 8,
} as const

/** What goes before the body of a message on one link. */
export interface DataHead {
  /** Links it passed, this one included. */
  readonly hops: number
  /** Bits of {@link Copy}. */
  readonly flags: number
  /** Early copies the receiver may send, in parts. */
  readonly budget: number
  readonly path: readonly PeerId[] | undefined
}

/** Bytes of a frame beside its body, at most. */
export const MAX_DATA_OVERHEAD: number = 16 + MAX_PATH * ID_BYTES

export function encodeData(
  { hops, path, late }: Entry,
  body: Uint8Array,
  flags: number,
  budget: number,
): Uint8Array {
  const pathBytes = path === undefined ? 0 : 1 + path.length * ID_BYTES
  const parts = Math.min(budget, MAX_BUDGET)
  const budgetBytes = parts < 2 ** 7 ? 1 : parts < 2 ** 14 ? 2 : 3
  const start = 3 + budgetBytes + pathBytes
  const frame = new Uint8Array(start + body.length)
  frame[0] = Kind.data
  frame[1] = Math.min(hops + 1, 255)
  frame[2] = flags | (path ? Copy.path : 0) | (late ? Copy.late : 0)
  for (let at = 0; at < budgetBytes; at++) {
    frame[3 + at] = ((parts >> (7 * at)) & 127) | (at + 1 < budgetBytes ? 128 : 0)
  }
  if (path) {
    let at = start - pathBytes
    frame[at++] = path.length
    for (const id of path) {
      peerIdToBytes(id, frame, at)
      at += ID_BYTES
    }
  }
  frame.set(body, start)
  return frame
}

/** @throws WireError if what follows the kind is no message of this version */
export function decodeDataHead(reader: ByteReader): DataHead {
  const hops = reader.u8()
  const flags = reader.u8()
  if (flags > 15 || hops === 0) throw new WireError('WIRE_MALFORMED', 'unknown flags')
  const budget = reader.varuint(MAX_BUDGET)
  const path =
    flags & Copy.path ? Array.from({ length: reader.u8() }, () => reader.id()) : undefined
  return { hops, flags, budget, path }
}

/** The path one hop further; one that is full stays as it is. */
export function extendPath(
  path: readonly PeerId[] | undefined,
  self: PeerId,
): readonly PeerId[] | undefined {
  return path === undefined || path.length >= MAX_PATH ? path : [...path, self]
}
