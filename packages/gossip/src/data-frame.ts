import { type ByteReader, ByteWriter, WireError } from '@pigeon/transport'
import { ID_BYTES, type PeerId } from '@pigeon/xor'
import type { Entry } from './entry.ts'
import { Kind } from './kind.ts'

/** Peers a recorded path may name. */
const MAX_PATH = 255

/** Early copies are counted in parts of one. */
export const BUDGET_PARTS = 16

/** The most early copies a frame may allow, in parts: those of a million peers. */
const MAX_BUDGET = 2 ** 18

const HAS_PATH = 1
const IS_PULLED = 2
const IS_LATE = 4
const IS_EXTRA = 8

/** Why a copy is sent. */
export interface Copy {
  /** The receiver asked for it. */
  readonly pulled?: boolean
  /** The sender had it for a while. */
  readonly late?: boolean
  /** It goes beside the tree, to be faster. */
  readonly extra?: boolean
  /** Early copies the receiver may send, in parts; see {@link BUDGET_PARTS}. */
  readonly budget?: number
}

/** A message as it goes over one link. */
export interface DataFrame extends Required<Copy> {
  /** Links it passed, this one included. */
  readonly hops: number
  readonly path: readonly PeerId[] | undefined
  readonly body: Uint8Array
}

/** Bytes of a frame beside its body, at most. */
export const MAX_DATA_OVERHEAD: number = 16 + MAX_PATH * ID_BYTES

export function encodeData(entry: Entry, body: Uint8Array, copy: Copy): Uint8Array {
  const { hops, path } = entry
  const flags =
    (path === undefined ? 0 : HAS_PATH) |
    (copy.pulled ? IS_PULLED : 0) |
    (copy.late || entry.late ? IS_LATE : 0) |
    (copy.extra ? IS_EXTRA : 0)
  const writer = new ByteWriter(16 + (path?.length ?? 0) * ID_BYTES + body.length)
    .u8(Kind.data)
    .u8(Math.min(hops + 1, 255))
    .u8(flags)
    .varuint(Math.min(copy.budget ?? 0, MAX_BUDGET))
  if (path !== undefined) {
    writer.u8(path.length)
    for (const id of path) writer.id(id)
  }
  return writer.raw(body).finish()
}

/** @throws WireError if what follows the kind is no message of this version */
export function decodeData(reader: ByteReader): DataFrame {
  const hops = reader.u8()
  const flags = reader.u8()
  if (flags > 15 || hops === 0) throw new WireError('WIRE_MALFORMED', 'unknown flags')
  return {
    hops,
    pulled: (flags & IS_PULLED) !== 0,
    late: (flags & IS_LATE) !== 0,
    extra: (flags & IS_EXTRA) !== 0,
    budget: reader.varuint(MAX_BUDGET),
    path: flags & HAS_PATH ? Array.from({ length: reader.u8() }, () => reader.id()) : undefined,
    body: reader.rest(),
  }
}

/** The path one hop further; one that is full stays as it is. */
export function extendPath(
  path: readonly PeerId[] | undefined,
  self: PeerId,
): readonly PeerId[] | undefined {
  return path === undefined || path.length >= MAX_PATH ? path : [...path, self]
}
