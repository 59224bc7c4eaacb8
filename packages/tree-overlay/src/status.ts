import { ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { readIds, writeIds } from './id-lists.ts'
import { Kind } from './kind.ts'

/** Leaves that a node names to its parent, for the day it dies. */
export const MAX_SPARES = 2

/** What a child tells its parent of all below, itself included. */
export interface Status {
  /** Whether more nodes can be taken below. */
  readonly room: boolean
  readonly nodes: number
  readonly leaves: number
  /** Links to the farthest leaf. */
  readonly height: number
  /** As `nodes`, with those on their way down. */
  readonly estimate: number
  /** Requests that came from the parent so far. */
  readonly seen: number
  /** Leaves, the farthest first. */
  readonly spares: readonly PeerId[]
  /** Its children. */
  readonly kin: readonly PeerId[]
}

export function encodeStatus(status: Status): Uint8Array {
  const { room, nodes, leaves, height, estimate, seen, spares, kin } = status
  const writer = new ByteWriter(32 + 20 * (spares.length + kin.length))
    .u8(Kind.status)
    .u8(room ? 1 : 0)
    .varuint(nodes)
    .varuint(leaves)
    .u8(height)
    .varuint(estimate)
    .varuint(seen)
  return writeIds(writeIds(writer, spares), kin).finish()
}

/** @throws WireError */
export function decodeStatus(bytes: Uint8Array): Status {
  const reader = new ByteReader(bytes)
  reader.u8()
  const status: Status = {
    room: reader.u8() === 1,
    nodes: reader.varuint(2 ** 32),
    leaves: reader.varuint(2 ** 32),
    height: reader.u8(),
    estimate: reader.varuint(2 ** 32),
    seen: reader.varuint(),
    spares: readIds(reader).slice(0, MAX_SPARES),
    kin: readIds(reader),
  }
  reader.end()
  return status
}
